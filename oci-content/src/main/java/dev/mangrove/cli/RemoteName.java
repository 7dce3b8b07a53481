package dev.mangrove.cli;

import dev.mangrove.oci.Digest;
import dev.mangrove.oci.InvalidNameException;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Pinned;
import dev.mangrove.oci.Reference;
import dev.mangrove.oci.Tag;
import java.util.Optional;

/**
 * What a user calls an artifact: {@code [HOST[:PORT]/]NAME[:TAG][@DIGEST]}, by docker's grammar.
 *
 * @param host where it is; empty if the name does not say, as in {@code acme/detector:1.0}
 * @param repository the name as that host knows it, which may itself begin with a foreign registry:
 *     {@code 127.0.0.1:7979/docker.io/library/alpine}
 * @param tag empty if none was given
 * @param digest empty if none was given
 */
public record RemoteName(Optional<String> host, Location repository, Optional<Tag> tag, Optional<Digest> digest) {
    private static final Tag USUAL_TAG = new Tag("latest");

    /**
     * Reads one.
     *
     * @throws InvalidNameException if it does not follow the grammar
     */
    public static RemoteName parse(String text) {
        if (text.contains("://")) {
            throw new InvalidNameException("name", text, "a name has no scheme; use --plain-http for http");
        }
        int at = text.indexOf('@');
        Optional<Digest> digest = at < 0 ? Optional.empty() : Optional.of(Digest.parse(text.substring(at + 1)));
        String named = at < 0 ? text : text.substring(0, at);
        int colon = named.lastIndexOf(':');
        boolean tagged = colon > named.lastIndexOf('/');
        Optional<Tag> tag = tagged ? Optional.of(new Tag(named.substring(colon + 1))) : Optional.empty();
        String path = tagged ? named.substring(0, colon) : named;
        int slash = path.indexOf('/');
        if (slash > 0 && Location.isRegistry(path.substring(0, slash))) {
            Optional<String> host = Optional.of(path.substring(0, slash));
            return new RemoteName(host, Location.parse(path.substring(slash + 1)), tag, digest);
        }
        return new RemoteName(Optional.empty(), Location.parse(path), tag, digest);
    }

    /** What to ask the registry for: the digest if there is one, else the tag, else {@code latest}. */
    public Reference reference() {
        return digest.<Reference>map(Pinned::new).orElse(tag.orElse(USUAL_TAG));
    }

    @Override
    public String toString() {
        return host.map(h -> h + "/").orElse("")
                + repository
                + tag.map(t -> ":" + t).orElse("")
                + digest.map(d -> "@" + d).orElse("");
    }
}
