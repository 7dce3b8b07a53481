package dev.mangrove.distribution;

import dev.mangrove.oci.InvalidNameException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a path under {@code /v2} means. Read from the right, because a repository's name may itself contain the words
 * {@code blobs}, {@code manifests} or {@code uploads}.
 */
sealed interface Route {
    /** {@code /v2/}. */
    record Ping() implements Route {}

    /** {@code /v2/_catalog}. */
    record Catalog() implements Route {}

    /** {@code /v2/NAME/...}. */
    sealed interface OfRepository extends Route {
        String name();
    }

    /** {@code /v2/NAME/manifests/TAG-OR-DIGEST}. */
    record Manifest(String name, String reference) implements OfRepository {}

    /** {@code /v2/NAME/blobs/DIGEST}. */
    record Blob(String name, String digest) implements OfRepository {}

    /** {@code /v2/NAME/blobs/uploads/}. */
    record NewUpload(String name) implements OfRepository {}

    /** {@code /v2/NAME/blobs/uploads/ID}. */
    record Upload(String name, String id) implements OfRepository {}

    /** {@code /v2/NAME/tags/list}. */
    record Tags(String name) implements OfRepository {}

    /** {@code /v2/NAME/referrers/DIGEST}. */
    record Referrers(String name, String digest) implements OfRepository {}

    /**
     * Reads a path as received, still percent-encoded.
     *
     * @return empty if there is no such endpoint
     * @throws InvalidNameException if the encoding is broken, or hides a slash
     */
    static Optional<Route> parse(String rawPath) {
        List<String> parts = parts(rawPath);
        if (!parts.getFirst().equals("v2")) {
            return Optional.empty();
        }
        int count = parts.size();
        if (count == 1 || (count == 2 && parts.get(1).isEmpty())) {
            return Optional.of(new Ping());
        }
        if (count == 2) {
            return parts.get(1).equals("_catalog") ? Optional.of(new Catalog()) : Optional.empty();
        }
        return ofRepository(parts);
    }

    private static Optional<Route> ofRepository(List<String> parts) {
        String last = fromRight(parts, 0);
        String kind = fromRight(parts, 1);
        boolean slashed = last.isEmpty();
        if (fromRight(parts, slashed ? 1 : 0).equals("uploads")
                && fromRight(parts, slashed ? 2 : 1).equals("blobs")) {
            return name(parts, slashed ? 3 : 2).map(NewUpload::new);
        }
        if (kind.equals("uploads") && fromRight(parts, 2).equals("blobs")) {
            return name(parts, 3).map(name -> new Upload(name, last));
        }
        return switch (kind) {
            case "manifests" -> name(parts, 2).map(name -> new Manifest(name, last));
            case "blobs" -> name(parts, 2).map(name -> new Blob(name, last));
            case "referrers" -> name(parts, 2).map(name -> new Referrers(name, last));
            case "tags" -> last.equals("list") ? name(parts, 2).map(Tags::new) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static String fromRight(List<String> parts, int index) {
        return index < parts.size() ? parts.get(parts.size() - 1 - index) : "";
    }

    private static Optional<String> name(List<String> parts, int endpointParts) {
        int end = parts.size() - endpointParts;
        return end <= 1 ? Optional.empty() : Optional.of(String.join("/", parts.subList(1, end)));
    }

    private static List<String> parts(String rawPath) {
        List<String> parts = new ArrayList<>();
        for (String part : rawPath.substring(Math.min(1, rawPath.length())).split("/", -1)) {
            parts.add(decoded(part));
        }
        return parts;
    }

    private static String decoded(String part) {
        if (part.indexOf('%') < 0) {
            return part;
        }
        String decoded;
        try {
            decoded = URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new InvalidNameException("path", part, "the percent-encoding is broken");
        }
        if (decoded.indexOf('/') >= 0) {
            throw new InvalidNameException("path", part, "a slash inside a component must not be encoded");
        }
        return decoded;
    }
}
