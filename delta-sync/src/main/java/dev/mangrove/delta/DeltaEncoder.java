package dev.mangrove.delta;

import dev.mangrove.delta.codec.Update;
import dev.mangrove.delta.format.BaseFile;
import dev.mangrove.delta.format.Region;
import dev.mangrove.delta.format.SegmentEncoder;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.delta.tensor.TensorFiles;
import dev.mangrove.delta.tensor.TensorMap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * Makes the delta from some base files to a target.
 *
 * <p>The target is read three times: to choose the models, to count symbols for the tables that all share, and to code.
 * Memory is that of the rows' facts (below one per cent of the target) plus some 30 MiB for each task of the executor
 * at work. An encoder is used once; the sources must not change meanwhile.
 */
public final class DeltaEncoder {
    private final List<ByteSource> bases;
    private final ByteSource target;
    private final EncodeOptions options;
    private final OrderedTasks tasks;
    private final Progress progress;

    /**
     * An encoder on the calling thread.
     *
     * @param bases what the receiver has, the likeliest first; may be empty, and may hold adapters
     */
    public DeltaEncoder(List<ByteSource> bases, ByteSource target, EncodeOptions options) {
        this(bases, target, options, Runnable::run, Progress.NONE);
    }

    /** An encoder that hands its work to an executor and waits for it; the result is the same. */
    public DeltaEncoder(
            List<ByteSource> bases, ByteSource target, EncodeOptions options, Executor executor, Progress progress) {
        this.bases = List.copyOf(bases);
        this.target = target;
        this.options = options;
        this.tasks = new OrderedTasks(executor);
        this.progress = progress;
    }

    /**
     * Encodes a delta. Its bytes are {@link EncodedDelta#front} followed by what was written to {@code body}.
     *
     * @throws IOException if a source cannot be read or the body not be written
     */
    public EncodedDelta encode(OutputStream body) throws IOException {
        List<TensorMap> maps = new ArrayList<>();
        List<BaseFile> files = new ArrayList<>();
        for (ByteSource base : bases) {
            maps.add(TensorFiles.map(base));
            files.add(new BaseFile(base.size(), SourceDigest.of(base)));
        }
        List<Region> regions = new RegionPlanner(bases, maps, target, TensorFiles.map(target)).plan();
        List<PlannedRegion> planned = new RegionAnalysis(bases, target, options).analyse(regions, tasks);
        TableAssignment tables = new TableAssignment(updates(planned));
        List<SegmentEncoder.Coding> codings = new ArrayList<>();
        for (PlannedRegion region : planned) {
            codings.add(region.coding(tables));
        }
        return new BodyWriter(bases, target, options.segmentBytes(), codings, tasks, progress)
                .write(body, files, tables.coded());
    }

    /** Encodes a delta into memory; for deltas that fit there. */
    public byte[] encodeToBytes() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        EncodedDelta encoded = encode(body);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(encoded.front());
        body.writeTo(whole);
        return whole.toByteArray();
    }

    private static List<Update> updates(List<PlannedRegion> planned) {
        List<Update> updates = new ArrayList<>();
        for (PlannedRegion region : planned) {
            region.changed().ifPresent(updates::add);
        }
        return updates;
    }
}
