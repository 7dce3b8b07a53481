package dev.mangrove.catalog.archive;

import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.cli.Progress;
import dev.mangrove.content.ContentException;
import dev.mangrove.distribution.client.DistributionClient;
import dev.mangrove.distribution.client.Pause;
import dev.mangrove.distribution.client.RemoteBlob;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Copies blobs of a registry into a stream, one after the other; what breaks off goes on at its byte. Whoever called throws
 * the output away on failure, since what was written cannot be taken back.
 */
final class BlobCopy {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int MAX_TRIES_WITHOUT_BYTES = 6;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

    private final DistributionClient registry;
    private final Location repository;
    private final Pause pause;
    private final byte[] buffer = new byte[BUFFER_BYTES];

    BlobCopy(DistributionClient registry, Location repository, Pause pause) {
        this.registry = registry;
        this.repository = repository;
        this.pause = pause;
    }

    /** @throws ContentException.Corrupt if what came is not the blob */
    void copy(Descriptor blob, OutputStream out, Progress.Item item) throws IOException {
        MessageDigest hash = blob.digest().algorithm().newHash();
        long copied = 0;
        int barren = 0;
        while (copied < blob.sizeBytes()) {
            long before = copied;
            try (RemoteBlob in = open(blob, copied)) {
                while (copied < blob.sizeBytes()) {
                    int n = read(in, blob.sizeBytes() - copied);
                    hash.update(buffer, 0, n);
                    writing(out, n);
                    copied += n;
                    item.advance(n);
                }
            } catch (ContentException e) {
                if (!e.retryable()) {
                    throw e;
                }
                barren = again(e, copied > before, barren);
            } catch (OutputFailure e) {
                throw e.reason;
            } catch (IOException e) {
                barren = again(e, copied > before, barren);
            }
        }
        if (!Digest.ofHash(blob.digest().algorithm(), hash).equals(blob.digest())) {
            throw new ContentException.Corrupt(
                    blob.digest(), "the registry sent other bytes than " + blob.digest() + "; nothing was kept");
        }
    }

    private RemoteBlob open(Descriptor blob, long offset) throws IOException {
        Optional<ByteRange> rest =
                offset == 0 ? Optional.empty() : Optional.of(new ByteRange(offset, blob.sizeBytes() - offset));
        RemoteBlob opened = registry.open(repository, blob.digest(), rest, OptionalLong.of(blob.sizeBytes()))
                .orElseThrow(() -> new Failure(
                        ExitCode.NOT_FOUND,
                        "the registry has the manifest in " + repository + " but not its blob " + blob.digest(),
                        "publish it again, or ask its publisher to"));
        try {
            skipTo(opened, offset);
        } catch (IOException e) {
            opened.close();
            throw e;
        }
        return opened;
    }

    /** A registry without ranges sends it all again. */
    private void skipTo(RemoteBlob opened, long offset) throws IOException {
        while (opened.position() < offset) {
            read(opened, offset - opened.position());
        }
    }

    /** An answer of no told length ends without an error where the connection broke. */
    private int read(RemoteBlob in, long most) throws IOException {
        int n = in.read(buffer, 0, (int) Math.min(buffer.length, most));
        if (n < 0) {
            throw new EOFException("the registry ended its answer early");
        }
        return n;
    }

    /** A full disk is no reason to ask the registry once more. */
    private void writing(OutputStream out, int length) throws IOException {
        try {
            out.write(buffer, 0, length);
        } catch (IOException e) {
            throw new OutputFailure(e);
        }
    }

    private int again(IOException why, boolean moved, int barren) throws IOException {
        int tries = moved ? 0 : barren + 1;
        if (tries == MAX_TRIES_WITHOUT_BYTES) {
            throw why;
        }
        pause.pause(FIRST_PAUSE.multipliedBy(1L << tries));
        return tries;
    }

    private static final class OutputFailure extends IOException {
        private final IOException reason;

        OutputFailure(IOException reason) {
            super(reason);
            this.reason = reason;
        }
    }
}
