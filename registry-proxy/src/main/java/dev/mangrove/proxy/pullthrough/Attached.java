package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.ContentException;
import dev.mangrove.content.log.Names;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.proxy.pullthrough.ManifestSource.Place;
import dev.mangrove.proxy.upstream.Asking;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Manifests attached to others: as the upstream lists them; when it cannot be asked, as it last did, else those that were
 * pulled through here. Nothing attached, and nothing known, are both an empty list.
 */
final class Attached {
    private static final int MAX_LISTS = 2_000;
    private static final Duration KEPT = Duration.ofDays(7);

    private final Names names;
    private final Asking asking;
    private final Flights<Place, List<Descriptor>> flights = new Flights<>();
    private final Expiring<Place, List<Descriptor>> lastSeen;

    Attached(Names names, Asking asking, InstantSource clock) {
        this.names = names;
        this.asking = asking;
        this.lastSeen = new Expiring<>(MAX_LISTS, KEPT, clock);
    }

    List<Descriptor> referrers(Location repository, Digest subject) throws IOException {
        Place place = new Place(repository, subject);
        try {
            return flights.join(place, () -> ask(place));
        } catch (ContentException.Unavailable | ContentException.Refused e) {
            Optional<List<Descriptor>> last = lastSeen.get(place);
            return last.isPresent() ? last.get() : PullThrough.descriptors(names.referrers(repository, subject));
        }
    }

    void forget(Location repository) {
        lastSeen.forget(place -> place.repository().equals(repository));
    }

    private List<Descriptor> ask(Place place) throws IOException {
        List<Descriptor> found = asking.first(
                        place.repository(),
                        s -> Optional.of(s.upstream().client().referrers(s.remote(), place.digest())))
                .map(Asking.Answer::value)
                .orElse(List.of());
        lastSeen.put(place, found);
        return found;
    }
}
