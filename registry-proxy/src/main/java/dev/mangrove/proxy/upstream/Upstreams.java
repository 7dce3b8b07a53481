package dev.mangrove.proxy.upstream;

import dev.mangrove.oci.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The closed list of upstreams. For a repository the most specific entries serve it, in the order configured: entries of
 * the same registry and prefix are mirrors of each other, and a more specific one hides the others, so that its
 * repositories are never asked for with another login.
 */
public record Upstreams(List<Upstream> entries) {
    public Upstreams {
        entries = List.copyOf(entries);
    }

    /** An upstream, and what the repository is called there. */
    public record Source(Upstream upstream, Location remote) {}

    /** Whom to ask for that repository, in order; nobody if it is not one of ours. */
    public List<Source> of(Location repository) {
        List<Source> found = new ArrayList<>();
        int best = -1;
        for (Upstream entry : entries) {
            Optional<Location> remote = entry.serves().remote(repository);
            if (remote.isPresent() && entry.specificity() >= best) {
                if (entry.specificity() > best) {
                    found.clear();
                    best = entry.specificity();
                }
                found.add(new Source(entry, remote.get()));
            }
        }
        return found;
    }
}
