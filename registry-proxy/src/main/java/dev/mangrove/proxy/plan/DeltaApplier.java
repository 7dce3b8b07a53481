package dev.mangrove.proxy.plan;

import dev.mangrove.content.Caller;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.Priority;
import dev.mangrove.content.ReadRequest;
import dev.mangrove.content.files.PartialBlob;
import dev.mangrove.content.log.NameRecord;
import dev.mangrove.delta.DeltaDecoder;
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
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * Applies one delta into a partial blob, while the delta is on its way. What an earlier attempt left is checked against
 * the delta and used.
 */
final class DeltaApplier {
    /** How long a base is kept from eviction: longer than any step of an update takes without progress. */
    private static final Duration BASE_LEASE = Duration.ofHours(1);

    private final Registry registry;
    private final DeltaShortcut.Parts parts;

    DeltaApplier(Registry registry, DeltaShortcut.Parts parts) {
        this.registry = registry;
        this.parts = parts;
    }

    /** The base was there when the plan was made. */
    static final class BaseGone extends IOException {
        BaseGone(Digest base) {
            super("the base " + base + " is no longer here");
        }
    }

    /**
     * Applies.
     *
     * @throws dev.mangrove.delta.DeltaException if the delta does not lead to its target
     * @throws ContentException if the delta cannot be had, or the target not be kept
     */
    void apply(Location repository, BlobDelta delta, PartialBlob partial, BooleanSupplier cancelled)
            throws IOException {
        if (delta.from().isEmpty()) {
            applyTo(repository, delta, List.of(), partial, cancelled);
            return;
        }
        Digest base = delta.from().get();
        parts.names()
                .append(List.of(new NameRecord.Leased(
                        repository, base, parts.clock().instant().plus(BASE_LEASE))));
        Optional<Boolean> done = parts.store().read(base, Optional.empty(), blob -> {
            applyTo(repository, delta, List.of(LentSource.of(blob)), partial, cancelled);
            return true;
        });
        if (done.isEmpty()) {
            throw new BaseGone(base);
        }
    }

    private void applyTo(
            Location repository,
            BlobDelta delta,
            List<ByteSource> bases,
            PartialBlob partial,
            BooleanSupplier cancelled)
            throws IOException {
        ReadRequest request = new ReadRequest(
                delta.blob(),
                Optional.empty(),
                repository,
                Caller.NODE,
                Priority.FOREGROUND,
                OptionalLong.of(delta.sizeBytes()));
        Optional<Boolean> done = registry.blobs().read(request, blob -> {
            decode(delta, LentSource.of(blob), bases, partial, cancelled);
            return true;
        });
        if (done.isEmpty()) {
            throw new MalformedDeltaException("the parent no longer has the delta " + delta.blob(), 0);
        }
    }

    private static void decode(
            BlobDelta delta, Source source, List<ByteSource> bases, PartialBlob partial, BooleanSupplier cancelled)
            throws IOException {
        try {
            DeltaDecoder decoder = DeltaDecoder.open(source);
            check(decoder.front(), delta, bases, partial);
            Resume resume = resume(decoder.front(), partial);
            long[] position = {(long) resume.segments() * decoder.front().segmentBytes()};
            decoder.apply(
                    bases,
                    (bytes, from, length) -> {
                        if (cancelled.getAsBoolean()) {
                            throw new ContentException.Unavailable("this node is shutting down; try again later", null);
                        }
                        partial.write(position[0], ByteBuffer.wrap(bytes, from, length));
                        position[0] += length;
                    },
                    Repair.NONE,
                    Progress.NONE,
                    resume);
            source.drain();
        } catch (RuntimeException e) {
            throw new MalformedDeltaException("the decoder stopped: " + e, 0);
        }
    }

    /** What a delta says of itself must be what its manifest and the target's descriptor say. */
    private static void check(DeltaFront front, BlobDelta delta, List<ByteSource> bases, PartialBlob partial)
            throws MalformedDeltaException {
        List<Digest> named = front.bases().stream().map(BaseFile::digest).toList();
        boolean fits = front.targetSize() == partial.sizeBytes()
                && front.targetDigest().equals(partial.digest())
                && named.equals(delta.from().stream().toList())
                && (bases.isEmpty()
                        || front.bases().getFirst().size() == bases.getFirst().size());
        if (!fits) {
            throw new MalformedDeltaException("the delta is from or to other blobs than it is described as", 0);
        }
    }

    private static Resume resume(DeltaFront front, PartialBlob partial) throws IOException {
        long prefix = partial.firstMissing(0);
        if (prefix < front.segmentBytes() || prefix >= partial.sizeBytes()) {
            return Resume.fromStart();
        }
        try (InputStream in = partial.read(new ByteRange(0, prefix))) {
            return Resume.verify(front, new Prefix(in, prefix));
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
