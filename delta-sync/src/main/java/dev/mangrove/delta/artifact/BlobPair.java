package dev.mangrove.delta.artifact;

import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Manifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A blob of a new manifest, and the blob of an older one that it most likely grew from. */
public record BlobPair(Descriptor base, Descriptor target) {
    /** Blobs below that are fetched whole: a delta of them saves less than asking for it costs. */
    public static final long MIN_BYTES = 1L << 20;

    private static final List<String> PATHS = List.of("org.cncf.model.filepath", "org.opencontainers.image.title");

    /** Whether a delta to that blob may be worth making: large enough, and not compressed as a whole already. */
    public static boolean isWorthwhile(Descriptor blob) {
        String type = blob.mediaType().value();
        boolean packed = type.endsWith("gzip") || type.endsWith("zstd") || type.endsWith("encrypted");
        return blob.sizeBytes() >= MIN_BYTES && !packed && !type.contains("diff.tar.gz") && !blob.isForeign();
    }

    /**
     * Pairs the layers of two manifests: by the path that their annotations give them, else by place among the layers of
     * the same media type. Layers that both have, small ones and compressed ones are left out.
     */
    public static List<BlobPair> of(Manifest.Image base, Manifest.Image target) {
        Set<Digest> unchanged = new HashSet<>();
        base.layers().forEach(layer -> unchanged.add(layer.digest()));
        Map<Key, Descriptor> old = new HashMap<>();
        keyed(base.layers()).forEach(each -> old.putIfAbsent(each.key(), each.layer()));
        List<BlobPair> pairs = new ArrayList<>();
        Set<Digest> seen = new HashSet<>();
        for (Keyed each : keyed(target.layers())) {
            Descriptor from = old.get(each.key());
            Descriptor to = each.layer();
            if (from != null
                    && isWorthwhile(to)
                    && isWorthwhile(from)
                    && !unchanged.contains(to.digest())
                    && seen.add(to.digest())) {
                pairs.add(new BlobPair(from, to));
            }
        }
        return pairs;
    }

    private record Key(String kind, String place) {}

    private record Keyed(Key key, Descriptor layer) {}

    private static List<Keyed> keyed(List<Descriptor> layers) {
        Map<String, Integer> counts = new HashMap<>();
        List<Keyed> found = new ArrayList<>();
        for (Descriptor layer : layers) {
            Optional<String> path = PATHS.stream()
                    .flatMap(name -> Optional.ofNullable(layer.annotations().get(name)).stream())
                    .findFirst();
            String type = layer.mediaType().value();
            int place = counts.merge(type, 1, Integer::sum);
            found.add(
                    new Keyed(path.map(p -> new Key("path", p)).orElse(new Key(type, Integer.toString(place))), layer));
        }
        return found;
    }
}
