package dev.mangrove.edge.pull;

import dev.mangrove.cli.Progress;
import dev.mangrove.content.ContentException;
import dev.mangrove.distribution.client.Pause;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;

/**
 * Fills a file with a blob, from where an earlier try left off, through any number of broken connections as long as bytes
 * keep coming. When it returns, the file holds the blob, verified and synced.
 */
final class BlobFetch {
    private static final int BUFFER_BYTES = 256 * 1024;

    /** Synced whenever so much was written: a slow disk works while a slow link does, and has little left at the end. */
    private static final long SYNC_BYTES = 32L * 1024 * 1024;

    private static final int MAX_TRIES_WITHOUT_BYTES = 6;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

    private final BlobOrigin origin;
    private final Pause pause;

    BlobFetch(BlobOrigin origin, Pause pause) {
        this.origin = origin;
        this.pause = pause;
    }

    /** @return bytes that came over the wire */
    long fetch(Descriptor blob, Path file, Progress.Item item) throws IOException {
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            boolean resumed = out.size() > 0;
            long wireBytes = 0;
            while (true) {
                Filling filling = new Filling(blob, out, item);
                wireBytes += filling.fill();
                if (filling.isRight()) {
                    out.force(true);
                    return wireBytes;
                }
                item.advance(-blob.sizeBytes());
                out.truncate(0);
                if (!resumed) {
                    throw new ContentException.Corrupt(
                            blob.digest(),
                            "the registry sent other bytes than " + blob.digest() + "; nothing was kept");
                }
                resumed = false; // what an earlier try left may have been wrong: once more from the start
            }
        }
    }

    /** One way from what is there to the end. */
    private final class Filling {
        private final Descriptor blob;
        private final FileChannel out;
        private final Progress.Item item;
        private final MessageDigest hash;
        private long haveBytes;
        private long syncedBytes;

        Filling(Descriptor blob, FileChannel out, Progress.Item item) {
            this.blob = blob;
            this.out = out;
            this.item = item;
            this.hash = blob.digest().algorithm().newHash();
        }

        long fill() throws IOException {
            hashWhatIsThere();
            long began = haveBytes;
            int barren = 0;
            while (haveBytes < blob.sizeBytes()) {
                long before = haveBytes;
                try (BlobOrigin.Bytes in = origin.open(blob, haveBytes)) {
                    append(in);
                } catch (IOException e) {
                    barren = haveBytes > before ? 0 : barren + 1;
                    if (barren == MAX_TRIES_WITHOUT_BYTES || (e instanceof ContentException c && !c.retryable())) {
                        throw e;
                    }
                    pause.pause(FIRST_PAUSE.multipliedBy(1L << barren));
                }
            }
            return haveBytes - began;
        }

        boolean isRight() {
            return Digest.ofHash(blob.digest().algorithm(), hash).equals(blob.digest());
        }

        private void hashWhatIsThere() throws IOException {
            if (out.size() > blob.sizeBytes()) {
                out.truncate(0);
            }
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
            while (out.read(buffer.clear(), haveBytes) > 0) {
                haveBytes += buffer.position();
                item.advance(buffer.position());
                hash.update(buffer.flip());
            }
        }

        private void append(BlobOrigin.Bytes in) throws IOException {
            byte[] bytes = new byte[BUFFER_BYTES];
            while (haveBytes < blob.sizeBytes()) {
                long known = haveBytes - in.position(); // a registry without ranges begins at 0
                int n = in.read(bytes);
                if (n < 0) {
                    throw new java.io.EOFException("the blob ended early, at " + haveBytes + " of " + blob.sizeBytes());
                }
                int skipped = Math.clamp(known, 0, n);
                int fresh = (int) Math.min(n - skipped, blob.sizeBytes() - haveBytes);
                write(ByteBuffer.wrap(bytes, skipped, fresh));
            }
        }

        private void write(ByteBuffer bytes) throws IOException {
            hash.update(bytes.duplicate());
            int length = bytes.remaining();
            while (bytes.hasRemaining()) {
                out.write(bytes, haveBytes + length - bytes.remaining());
            }
            haveBytes += length;
            item.advance(length);
            if (haveBytes - syncedBytes >= SYNC_BYTES) {
                out.force(false);
                syncedBytes = haveBytes;
            }
        }
    }
}
