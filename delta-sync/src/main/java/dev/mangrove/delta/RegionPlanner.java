package dev.mangrove.delta;

import dev.mangrove.delta.format.Prediction;
import dev.mangrove.delta.format.Region;
import dev.mangrove.delta.tensor.ElementType;
import dev.mangrove.delta.tensor.Tensor;
import dev.mangrove.delta.tensor.TensorMap;
import dev.mangrove.oci.ByteRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Cuts a target into regions and finds what predicts each. */
final class RegionPlanner {
    /** Rows of vectors, which have none of their own. */
    private static final int VECTOR_COLUMNS = 1 << 12;

    private final TensorMap target;
    private final List<TensorMap> bases;
    private final TensorMatcher matcher;
    private final AdapterFinder adapters;
    private final List<Region> regions = new ArrayList<>();
    private long position;

    RegionPlanner(TensorMap target, List<TensorMap> bases, TensorMatcher matcher, AdapterFinder adapters) {
        this.target = target;
        this.bases = bases;
        this.matcher = matcher;
        this.adapters = adapters;
    }

    List<Region> plan() throws IOException {
        TensorMatcher.Match last = new TensorMatcher.Match(0, 0, 0);
        for (Tensor tensor : target.tensors()) {
            Optional<TensorMatcher.Match> match = matcher.match(tensor);
            gap(tensor.range().offset(), last, match);
            tensor(tensor, match);
            position = tensor.range().end();
            last = match.map(TensorMatcher.Match::atEnd).orElse(last);
        }
        gap(target.fileSize(), last, Optional.empty());
        return regions;
    }

    private void tensor(Tensor tensor, Optional<TensorMatcher.Match> match) throws IOException {
        int columns = columnsOf(tensor);
        if (match.isEmpty()) {
            add(tensor.name(), tensor.range(), tensor.type(), columns, new Prediction.None());
            return;
        }
        Prediction.Span span =
                new Prediction.Span(match.get().base(), match.get().offset());
        if (match.get().length() == tensor.range().length()) {
            Optional<Prediction.Adapted> merge = adapters.find(tensor, span);
            if (merge.isPresent()) {
                add(tensor.name(), tensor.range(), tensor.type(), columns, merge.get());
                return;
            }
        }
        long covered = Math.min(tensor.range().length(), match.get().length());
        covered -= covered % ((long) columns * tensor.type().unitBytes()) == 0
                ? 0
                : covered % tensor.type().unitBytes();
        if (covered > 0) {
            add(tensor.name(), new ByteRange(tensor.range().offset(), covered), tensor.type(), columns, span);
        }
        long rest = tensor.range().length() - covered;
        if (rest > 0) {
            ByteRange range = new ByteRange(tensor.range().offset() + covered, rest);
            add(tensor.name(), range, tensor.type(), columns, new Prediction.None());
        }
    }

    private static int columnsOf(Tensor tensor) {
        long columns = tensor.rowUnits();
        if (tensor.shape().size() < 2 || columns > Region.MAX_COLUMNS) {
            return (int) Math.min(columns, VECTOR_COLUMNS);
        }
        return (int) Math.max(1, columns);
    }

    /** The bytes before the next tensor, predicted by what stands before that tensor's match or after the last one's. */
    private void gap(long end, TensorMatcher.Match last, Optional<TensorMatcher.Match> next) {
        if (end <= position) {
            return;
        }
        if (bases.isEmpty()) {
            opaque(end, List.of());
            return;
        }
        int base = next.map(TensorMatcher.Match::base).orElse(last.base());
        ByteRange gap = next.isPresent()
                ? TensorMatcher.gapBefore(bases.get(base), next.get().offset())
                : TensorMatcher.gapAfter(bases.get(base), last.offset());
        opaque(end, gap.length() == 0 ? List.of() : List.of(new BaseRange(base, gap)));
    }

    private record BaseRange(int base, ByteRange range) {}

    /** Splits long stretches, so that each has a window of the base at the same relative place. */
    private void opaque(long end, List<BaseRange> like) {
        while (position < end) {
            long length =
                    Math.min(end - position, Prediction.Window.MAX_BYTES - position % Prediction.Window.MAX_BYTES);
            Prediction prediction = new Prediction.None();
            if (!like.isEmpty()) {
                BaseRange source = like.getFirst();
                prediction = windowOf(source, end, length);
            }
            add("", new ByteRange(position, length), ElementType.OPAQUE, 1, prediction);
            position += length;
        }
    }

    private Prediction windowOf(BaseRange source, long end, long length) {
        ByteRange range = source.range();
        if (range.length() == length && end - position == length) {
            return new Prediction.Span(source.base(), range.offset());
        }
        long offset = Math.min(position, range.end() - 1);
        offset = Math.max(range.offset(), Math.min(offset, range.end() - length));
        long size = Math.min(Prediction.Window.MAX_BYTES, range.end() - offset);
        if (size == length) {
            return new Prediction.Span(source.base(), offset);
        }
        return new Prediction.Window(source.base(), offset, (int) size);
    }

    private void add(String name, ByteRange range, ElementType type, int columns, Prediction prediction) {
        regions.add(new Region(name, range, type, columns, prediction, Optional.empty()));
    }
}
