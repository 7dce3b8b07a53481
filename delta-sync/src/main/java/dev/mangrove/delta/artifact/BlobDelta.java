package dev.mangrove.delta.artifact;

import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A delta from one blob to another: one layer of a {@link DeltaArtifact}.
 *
 * @param blob the delta itself; its size is what crosses the wire
 * @param from the blob that the receiver must hold; empty if none: the delta is the target, compressed
 * @param adapters blobs of low-rank adapters that explain a part of the change; a receiver fetches what it does not hold
 * @param rawSizeBytes size of the target
 * @param codec version of the delta format
 * @param applyRamBytes memory that applying takes at most, beside the cached pages of the base
 */
public record BlobDelta(
        Digest blob,
        long sizeBytes,
        Optional<Digest> from,
        List<Adapter> adapters,
        Digest to,
        long rawSizeBytes,
        String codec,
        long applyRamBytes) {
    /** The version of the delta format that this program makes and reads. */
    public static final String CODEC_VERSION = "1";

    /** Most adapters of one delta. */
    public static final int MAX_ADAPTERS = 7;

    private static final int MAX_CODEC_CHARS = 64;

    public BlobDelta {
        adapters = List.copyOf(adapters);
        if (sizeBytes < 1 || rawSizeBytes < 1 || applyRamBytes < 0 || codec.length() > MAX_CODEC_CHARS) {
            throw new IllegalArgumentException("a delta of " + sizeBytes + " bytes for " + rawSizeBytes);
        }
        if (adapters.size() > MAX_ADAPTERS || (from.isEmpty() && !adapters.isEmpty())) {
            throw new IllegalArgumentException("a delta with " + adapters.size() + " adapters");
        }
    }

    /** A blob that holds a low-rank adapter. */
    public record Adapter(Digest blob, long sizeBytes) {
        public Adapter {
            if (sizeBytes < 1) {
                throw new IllegalArgumentException("an adapter of " + sizeBytes + " bytes");
            }
        }

        @Override
        public String toString() {
            return blob + "=" + sizeBytes;
        }

        private static Adapter parse(String text) {
            int at = text.indexOf('=');
            return new Adapter(
                    Digest.parse(text.substring(0, Math.max(0, at))), Long.parseLong(text.substring(at + 1)));
        }
    }

    /** All blobs that the receiver reads, in the order in which the delta names them. */
    public List<Digest> bases() {
        return Stream.concat(from.stream(), adapters.stream().map(Adapter::blob))
                .toList();
    }

    /** Whether this program can apply it. */
    public boolean isReadable() {
        return codec.equals(CODEC_VERSION);
    }

    Map<String, String> annotations(Digest targetManifest) {
        Map<String, String> all = new TreeMap<>();
        from.ifPresent(digest -> all.put(DeltaNames.FROM, digest.toString()));
        if (!adapters.isEmpty()) {
            all.put(
                    DeltaNames.ADAPTERS,
                    adapters.stream().map(Adapter::toString).collect(Collectors.joining(",")));
        }
        all.put(DeltaNames.TO, to.toString());
        all.put(DeltaNames.TARGET, targetManifest.toString());
        all.put(DeltaNames.RAW_SIZE, Long.toString(rawSizeBytes));
        all.put(DeltaNames.CODEC, codec);
        all.put(DeltaNames.APPLY_RAM, Long.toString(applyRamBytes));
        return all;
    }

    /** The delta that a layer is; empty if it is none, or not described well enough to be used. */
    static Optional<BlobDelta> of(Descriptor layer) {
        Map<String, String> notes = layer.annotations();
        String to = notes.get(DeltaNames.TO);
        if (!layer.mediaType().equals(DeltaNames.SEGMENTS) || to == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new BlobDelta(
                    layer.digest(),
                    layer.sizeBytes(),
                    Optional.ofNullable(notes.get(DeltaNames.FROM)).map(Digest::parse),
                    adapters(notes.getOrDefault(DeltaNames.ADAPTERS, "")),
                    Digest.parse(to),
                    Long.parseLong(notes.getOrDefault(DeltaNames.RAW_SIZE, "")),
                    notes.getOrDefault(DeltaNames.CODEC, ""),
                    Long.parseLong(notes.getOrDefault(DeltaNames.APPLY_RAM, "0"))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static List<Adapter> adapters(String text) {
        List<Adapter> adapters = new ArrayList<>();
        for (String each : text.isEmpty() ? new String[0] : text.split(",", MAX_ADAPTERS + 1)) {
            adapters.add(Adapter.parse(each));
        }
        return adapters;
    }
}
