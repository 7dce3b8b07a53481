package dev.mangrove.proxy.plan;

import dev.mangrove.content.BlobStore;
import dev.mangrove.content.Caller;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.Priority;
import dev.mangrove.content.ReadRequest;
import dev.mangrove.content.files.PartialBlob;
import dev.mangrove.content.files.PartialBlobs;
import dev.mangrove.content.files.PartialRead;
import dev.mangrove.delta.DeltaDecoder;
import dev.mangrove.delta.DeltaException;
import dev.mangrove.delta.Progress;
import dev.mangrove.delta.Repair;
import dev.mangrove.delta.Resume;
import dev.mangrove.delta.artifact.BlobDelta;
import dev.mangrove.delta.format.BaseFile;
import dev.mangrove.delta.format.DeltaFront;
import dev.mangrove.delta.format.MalformedDeltaException;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.distribution.Registry;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * Applies one delta into a partial blob, while the delta is on its way. What an earlier attempt left is checked against
 * the delta and used.
 */
final class DeltaApplier {
    private final Registry registry;
    private final BlobStore store;
    private final PartialBlobs partials;
    private final BaseLeases leases;

    DeltaApplier(Registry registry, BlobStore store, PartialBlobs partials, BaseLeases leases) {
        this.registry = registry;
        this.store = store;
        this.partials = partials;
        this.leases = leases;
    }

    /** The target could not be written: trouble of this machine, and no fault of the delta. */
    static final class Unwritten extends IOException {
        private final IOException why;

        Unwritten(IOException why) {
            super(why);
            this.why = why;
        }

        IOException why() {
            return why;
        }
    }

    /**
     * Applies.
     *
     * @param reached told how far the delta was read
     * @throws Unwritten if the target cannot be written
     * @throws dev.mangrove.delta.DeltaException if the delta does not lead to its target
     * @throws ContentException if the delta cannot be had, or the target not be kept
     */
    void apply(
            Location repository, BlobDelta delta, PartialBlob partial, BooleanSupplier cancelled, LongConsumer reached)
            throws IOException {
        BaseLeases.Renewing lease = leases.renewing(repository, delta.bases());
        Advance advance = () -> {
            if (cancelled.getAsBoolean()) {
                throw new ContentException.Unavailable("this node is shutting down; try again later", null);
            }
            lease.progressed(); // a retry needs the bases as well
        };
        LentBases.lend(store, delta.bases(), bases -> applyTo(repository, delta, bases, partial, advance, reached));
    }

    /**
     * Gets the adapters that a delta needs, as far as they are not here.
     *
     * @throws ContentException if one cannot be had
     */
    void fetchAdapters(Location repository, BlobDelta delta) throws IOException {
        for (BlobDelta.Adapter adapter : delta.adapters()) {
            if (!fetched(request(repository, adapter.blob(), adapter.sizeBytes()))) {
                throw new MalformedDeltaException("the parent has no adapter " + adapter.blob(), 0);
            }
        }
    }

    /** What is here must be readable through this repository as well: another may have brought it. */
    private boolean fetched(ReadRequest request) throws IOException {
        if (store.stat(request.digest()).isPresent()) {
            return registry.blobs().stat(request).isPresent();
        }
        leases.take(request.via(), List.of(request.digest()));
        boolean there = registry.blobs()
                .read(request, blob -> {
                    blob.asStream().transferTo(OutputStream.nullOutputStream());
                    return true;
                })
                .isPresent();
        if (there) {
            partials.awaitCommit(request.digest()); // it was read to its end before the store had it
        }
        return there;
    }

    private static ReadRequest request(Location repository, Digest blob, long sizeBytes) {
        return new ReadRequest(
                blob, Optional.empty(), repository, Caller.NODE, Priority.FOREGROUND, OptionalLong.of(sizeBytes));
    }

    /** Told before each segment is written. */
    @FunctionalInterface
    private interface Advance {
        void further() throws IOException;
    }

    private void applyTo(
            Location repository,
            BlobDelta delta,
            List<ByteSource> bases,
            PartialBlob partial,
            Advance advance,
            LongConsumer reached)
            throws IOException {
        ReadRequest request = request(repository, delta.blob(), delta.sizeBytes());
        Optional<Boolean> done = registry.blobs().read(request, blob -> {
            decode(delta, LentSource.of(blob, reached), bases, partial, advance);
            return true;
        });
        if (done.isEmpty()) {
            throw new MalformedDeltaException("the parent no longer has the delta " + delta.blob(), 0);
        }
    }

    private static void decode(
            BlobDelta delta, Source source, List<ByteSource> bases, PartialBlob partial, Advance advance)
            throws IOException {
        try {
            DeltaDecoder decoder = DeltaDecoder.open(source);
            check(decoder.front(), delta, bases, partial);
            Resume resume = resume(decoder.front(), partial);
            long[] position = {(long) resume.segments() * decoder.front().segmentBytes()};
            decoder.apply(
                    bases,
                    (bytes, from, length) -> {
                        advance.further();
                        write(partial, position[0], ByteBuffer.wrap(bytes, from, length));
                        position[0] += length;
                    },
                    Repair.NONE,
                    Progress.NONE,
                    resume);
            source.drain();
        } catch (DeltaException.WrongBase e) {
            source.drain(); // then what was written so far came from the delta that was named
            throw e;
        } catch (DeltaException.Damaged e) {
            if (!delta.adapters().isEmpty()) { // one of them may be what is damaged, and the delta what was named
                source.drain();
            }
            throw e;
        } catch (RuntimeException e) {
            MalformedDeltaException stopped = new MalformedDeltaException("the decoder stopped", 0);
            stopped.initCause(e);
            throw stopped;
        }
    }

    private static void write(PartialBlob partial, long position, ByteBuffer bytes) throws Unwritten {
        try {
            partial.write(position, bytes);
        } catch (IOException e) {
            throw new Unwritten(e);
        }
    }

    /** What a delta says of itself must be what its manifest and the target's descriptor say. */
    private static void check(DeltaFront front, BlobDelta delta, List<ByteSource> bases, PartialBlob partial)
            throws MalformedDeltaException {
        List<Digest> named = front.bases().stream().map(BaseFile::digest).toList();
        boolean fits = front.targetSize() == partial.sizeBytes()
                && front.targetDigest().equals(partial.digest())
                && named.equals(delta.bases())
                && front.bases().stream()
                        .map(BaseFile::size)
                        .toList()
                        .equals(bases.stream().map(ByteSource::size).toList());
        if (!fits) {
            throw new MalformedDeltaException("the delta is from or to other blobs than it is described as", 0);
        }
    }

    private static Resume resume(DeltaFront front, PartialBlob partial) throws IOException {
        long prefix = partial.firstMissing(0);
        if (prefix < front.segmentBytes() || prefix >= partial.sizeBytes()) {
            return Resume.fromStart();
        }
        try (PartialRead read = partial.read(new ByteRange(0, prefix))) {
            return Resume.verify(front, new Prefix(read.bytes(), prefix));
        }
    }

    /** The first bytes of the target, read once and forwards. */
    private record Prefix(InputStream in, long size) implements ByteSource {
        @Override
        public void read(long position, byte[] into, int from, int length) throws IOException {
            if (in.readNBytes(into, from, length) < length) {
                throw new EOFException("the partial blob ended early");
            }
        }
    }

    /** A delta that may still be on its way. */
    interface Source extends ByteSource {
        /** Reads to the end, which comes only when the whole digest was found right. */
        void drain() throws IOException;
    }
}
