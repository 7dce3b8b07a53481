package dev.mangrove.delta;

import dev.mangrove.delta.format.DeltaFront;
import dev.mangrove.delta.format.FrontParser;
import dev.mangrove.delta.format.SegmentDecoder;
import dev.mangrove.delta.io.ByteSink;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.List;

/**
 * Applies a delta: writes the target strictly in order, checks every segment before it is written, and holds the last
 * one back until the digest of the whole is right.
 *
 * <p>The delta is read forwards, a segment at a time, so a source that waits for a download lets decoding and
 * downloading overlap. Memory beyond the front block is at most 13 MiB, whatever the size of the model. One thread.
 */
public final class DeltaDecoder {
    private final ByteSource delta;
    private final DeltaFront front;

    private DeltaDecoder(ByteSource delta, DeltaFront front) {
        this.delta = delta;
        this.front = front;
    }

    /**
     * Reads the front of a delta.
     *
     * @throws dev.mangrove.delta.format.MalformedDeltaException if it is not a delta of a known version, or damaged
     */
    public static DeltaDecoder open(ByteSource delta) throws IOException {
        return new DeltaDecoder(delta, FrontParser.parse(delta));
    }

    /** What the delta is made of. */
    public DeltaFront front() {
        return front;
    }

    /**
     * Applies the whole delta.
     *
     * @param bases the files that {@link DeltaFront#bases} names, in that order
     * @throws DeltaException if a segment is wrong and not repaired, or the whole is
     * @throws IOException if a source cannot be read or the sink not be written
     */
    public void apply(List<ByteSource> bases, ByteSink out) throws IOException {
        apply(bases, out, Repair.NONE, Progress.NONE, Resume.fromStart());
    }

    /**
     * Applies what is left of a delta.
     *
     * @param repair asked for segments that cannot be decoded
     * @param from how far an earlier attempt came, see {@link Resume#verify}
     */
    public void apply(List<ByteSource> bases, ByteSink out, Repair repair, Progress progress, Resume from)
            throws IOException {
        SegmentDecoder decoder = new SegmentDecoder(front, delta, bases);
        MessageDigest hash = from.hash();
        byte[] segment = new byte[front.segmentBytes()];
        int count = front.segments().count();
        for (int i = from.segments(); i < count; i++) {
            int length = decoder.lengthOf(i);
            decode(decoder, i, segment, repair);
            hash.update(segment, 0, length);
            if (i == count - 1) {
                check(hash);
            }
            out.write(segment, 0, length);
            progress.at((long) i * front.segmentBytes() + length, front.targetSize());
        }
        if (count == from.segments()) {
            check(hash);
        }
    }

    private void decode(SegmentDecoder decoder, int index, byte[] segment, Repair repair) throws IOException {
        SegmentDecoder.Outcome outcome = decoder.decode(index, segment);
        if (outcome == SegmentDecoder.Outcome.GOOD) {
            return;
        }
        ByteRange range = new ByteRange((long) index * front.segmentBytes(), decoder.lengthOf(index));
        if (!repair.repair(range, segment) || !decoder.isTarget(index, segment)) {
            throw outcome == SegmentDecoder.Outcome.WRONG_BASE
                    ? new DeltaException.WrongBase(range)
                    : new DeltaException.Damaged(range);
        }
    }

    private void check(MessageDigest hash) throws IOException {
        Digest actual = Digest.ofHash(Algorithm.SHA256, hash);
        if (!actual.equals(front.targetDigest())) {
            throw new DeltaException.WrongTarget(front.targetDigest(), actual);
        }
    }
}
