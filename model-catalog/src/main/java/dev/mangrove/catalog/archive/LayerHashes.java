package dev.mangrove.catalog.archive;

import dev.mangrove.cli.Progress;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;

/** Names the layers of a docker archive; one that several images share is read once. One thread. */
final class LayerHashes {
    private static final int BUFFER_BYTES = 1024 * 1024;

    private final TarFile tar;
    private final ArchiveLimits limits;
    private final Progress progress;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final Map<ByteRange, Layer> known = new HashMap<>();

    LayerHashes(TarFile tar, ArchiveLimits limits, Progress progress) {
        this.tar = tar;
        this.limits = limits;
        this.progress = progress;
    }

    /**
     * A layer's two digests.
     *
     * @param stored of the file as it lies there
     * @param plain of the tar inside; the same unless it is gzipped
     */
    record Layer(Digest stored, Digest plain, boolean gzipped) {}

    Layer of(String name, ByteRange range) throws IOException {
        Layer found = known.get(range);
        if (found == null) {
            found = hash(name, range);
            known.put(range, found);
        }
        return found;
    }

    private Layer hash(String name, ByteRange range) throws IOException {
        boolean gzipped;
        try (InputStream in = tar.open(range)) {
            gzipped = GunzipStream.isGzip(in.readNBytes(2));
        }
        Progress.Item item = progress.start(name, "", range.length());
        Digest stored = hash(tar.open(range), item);
        item.done("");
        return new Layer(
                stored,
                gzipped ? hash(new GunzipStream(tar.open(range), limits), Progress.Item.SILENT) : stored,
                gzipped);
    }

    private Digest hash(InputStream taken, Progress.Item item) throws IOException {
        MessageDigest hash = Algorithm.SHA256.newHash();
        try (InputStream in = taken) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                hash.update(buffer, 0, n);
                item.advance(n);
            }
        }
        return Digest.ofHash(Algorithm.SHA256, hash);
    }
}
