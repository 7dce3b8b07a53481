package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.Bounds;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.log.Names;
import dev.mangrove.distribution.client.DistributionClient;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.proxy.pullthrough.ManifestSource.Place;
import dev.mangrove.proxy.upstream.Asking;
import dev.mangrove.proxy.upstream.Upstream;
import dev.mangrove.proxy.upstream.Upstreams.Source;
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
    private static final long MAX_LIST_BYTES = 16L << 20;

    /** What an object with a few references takes. */
    private static final int OBJECT_BYTES = 64;

    private static final Duration KEPT = Duration.ofDays(7);

    private final Names names;
    private final Asking asking;
    private final Flights<Question, List<Descriptor>> flights = new Flights<>();
    private final Expiring<Place, List<Descriptor>> lastSeen;

    Attached(Names names, Asking asking, InstantSource clock) {
        this.names = names;
        this.asking = asking;
        this.lastSeen = new Expiring<>(MAX_LISTS, MAX_LIST_BYTES, Attached::bytesOf, KEPT, clock);
    }

    private record Question(Place place, Optional<Digest> heldBase) {}

    /** @param heldBase manifest of which the asker holds blobs; told to parents, since a catalog makes deltas */
    List<Descriptor> referrers(Location repository, Digest subject, Optional<Digest> heldBase) throws IOException {
        Place place = new Place(repository, subject);
        Question question = new Question(place, heldBase);
        try {
            return flights.join(question, () -> ask(question));
        } catch (ContentException.Unavailable | ContentException.Refused e) {
            Optional<List<Descriptor>> last = lastSeen.get(place);
            List<Descriptor> known =
                    last.isPresent() ? last.get() : PullThrough.descriptors(names.referrers(repository, subject));
            if (known.isEmpty() && heldBase.isPresent() && e instanceof ContentException.Unavailable) {
                throw e; // whoever has a base does better to wait than to believe that there is no delta
            }
            return known;
        }
    }

    void bounds(Bounds seen) {
        seen.bounded("referrer_questions", Flights.MAX_OPEN, flights::open);
        seen.bounded("referrer_lists", MAX_LISTS, lastSeen::size);
        seen.bounded("referrer_list_bytes", MAX_LIST_BYTES, lastSeen::bytes);
    }

    void forget(Location repository) {
        lastSeen.forget(place -> place.repository().equals(repository));
    }

    private List<Descriptor> ask(Question question) throws IOException {
        Place place = question.place();
        List<Descriptor> found = asking.first(
                        place.repository(), source -> Optional.of(ask(source, place.digest(), question.heldBase())))
                .map(Asking.Answer::value)
                .orElse(List.of());
        lastSeen.put(place, found);
        return found;
    }

    private static List<Descriptor> ask(Source source, Digest subject, Optional<Digest> heldBase) throws IOException {
        DistributionClient client = source.upstream().client();
        return heldBase.isPresent() && source.upstream().serves() instanceof Upstream.Parent
                ? client.referrers(source.remote(), subject, heldBase.get())
                : client.referrers(source.remote(), subject);
    }

    /** About what a list takes in memory; that it is empty has to be remembered as well. */
    private static long bytesOf(List<Descriptor> list) {
        return 4 * OBJECT_BYTES + list.stream().mapToLong(Attached::bytesOf).sum();
    }

    private static long bytesOf(Descriptor descriptor) {
        long bytes = 4 * OBJECT_BYTES
                + bytesOf(descriptor.mediaType().value())
                + bytesOf(descriptor.artifactType().orElse(""));
        for (var annotation : descriptor.annotations().entrySet()) {
            bytes += OBJECT_BYTES + bytesOf(annotation.getKey()) + bytesOf(annotation.getValue());
        }
        return bytes + descriptor.urls().stream().mapToLong(Attached::bytesOf).sum();
    }

    private static long bytesOf(String text) {
        return OBJECT_BYTES + 2L * text.length();
    }
}
