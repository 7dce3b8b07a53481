package dev.mangrove.delta;

import dev.mangrove.delta.format.BaseFile;
import dev.mangrove.delta.format.CodedTables;
import dev.mangrove.delta.format.DeltaFront;
import dev.mangrove.delta.format.FrontWriter;
import dev.mangrove.delta.format.Mode;
import dev.mangrove.delta.format.Region;
import dev.mangrove.delta.format.SegmentEncoder;
import dev.mangrove.delta.format.SegmentIndex;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Codes all segments into the body and then makes the front block. Used once. */
final class BodyWriter {
    private final List<ByteSource> bases;
    private final ByteSource target;
    private final int segmentBytes;
    private final List<SegmentEncoder.Coding> codings;
    private final OrderedTasks tasks;
    private final Progress progress;

    private final SegmentIndex index = new SegmentIndex();
    private final MessageDigest hash = Algorithm.SHA256.newHash();
    private final Map<Mode, Long> modeBytes = new EnumMap<>(Mode.class);
    private long bodyBytes;
    private long done;
    private int region;

    BodyWriter(
            List<ByteSource> bases,
            ByteSource target,
            int segmentBytes,
            List<SegmentEncoder.Coding> codings,
            OrderedTasks tasks,
            Progress progress) {
        this.bases = bases;
        this.target = target;
        this.segmentBytes = segmentBytes;
        this.codings = codings;
        this.tasks = tasks;
        this.progress = progress;
    }

    EncodedDelta write(OutputStream body, List<BaseFile> files, List<CodedTables> tables) throws IOException {
        int count = DeltaFront.segmentCount(target.size(), segmentBytes);
        Iterator<OrderedTasks.Task<Coded>> segments =
                IntStream.range(0, count).mapToObj(this::task).iterator();
        tasks.run(segments, coded -> append(body, coded));
        List<Region> regions =
                codings.stream().map(SegmentEncoder.Coding::region).toList();
        DeltaFront front = new DeltaFront(
                target.size(),
                Digest.ofHash(Algorithm.SHA256, hash),
                segmentBytes,
                files,
                regions,
                tables,
                new long[regions.size()],
                index,
                0);
        byte[] packed = FrontWriter.pack(front);
        return new EncodedDelta(
                packed, new DeltaSummary(target.size(), packed.length + bodyBytes, packed.length, modeBytes));
    }

    private record Coded(int first, long start, byte[] target, SegmentEncoder.Encoded encoded) {}

    /** Called in order; the first region of each segment follows from the one before. */
    private OrderedTasks.Task<Coded> task(int segment) {
        long start = (long) segment * segmentBytes;
        while (codings.get(region).region().range().end() <= start) {
            region++;
        }
        int first = region;
        return () -> {
            byte[] bytes = new byte[(int) Math.min(segmentBytes, target.size() - start)];
            target.read(start, bytes, 0, bytes.length);
            SegmentEncoder encoder = new SegmentEncoder(codings, bases);
            return new Coded(first, start, bytes, encoder.encode(segment, segmentBytes, first, bytes));
        };
    }

    private void append(OutputStream body, Coded coded) throws IOException {
        hash.update(coded.target());
        long end = coded.start() + coded.target().length;
        for (int i = coded.first(); i < codings.size(); i++) {
            long offset = codings.get(i).region().range().offset();
            if (offset >= end) {
                break;
            }
            if (offset >= coded.start()) {
                byte[] sketch = codings.get(i).sketch();
                body.write(sketch);
                bodyBytes += sketch.length;
                modeBytes.merge(Mode.DIFFERENCE, (long) sketch.length, Long::sum);
            }
        }
        SegmentEncoder.Encoded encoded = coded.encoded();
        int firstMode = index.modeCount();
        encoded.modes().forEach(index::addMode);
        index.add(bodyBytes, encoded.payload().length, encoded.baseCheck(), encoded.targetCheck(), firstMode);
        body.write(encoded.payload());
        bodyBytes += encoded.payload().length;
        encoded.modeBytes().forEach((mode, bytes) -> modeBytes.merge(mode, bytes, Long::sum));
        done += coded.target().length;
        progress.at(done, target.size());
    }
}
