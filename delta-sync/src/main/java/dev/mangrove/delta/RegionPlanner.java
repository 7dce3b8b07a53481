package dev.mangrove.delta;

import dev.mangrove.delta.format.Prediction;
import dev.mangrove.delta.format.Region;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.delta.tensor.ElementType;
import dev.mangrove.delta.tensor.Tensor;
import dev.mangrove.delta.tensor.TensorMap;
import dev.mangrove.oci.ByteRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Cuts a target into regions and finds what predicts each. Used once. */
final class RegionPlanner {
    /** Rows of vectors, which have none of their own. */
    private static final int VECTOR_COLUMNS = 1 << 12;

    private final List<ByteSource> bases;
    private final List<TensorMap> maps;
    private final ByteSource target;
    private final TensorMap targetMap;
    private final TensorMatcher matcher;
    private final AdapterFinder adapters;
    private final OpaquePlanner opaque;
    private final List<Region> regions = new ArrayList<>();

    RegionPlanner(List<ByteSource> bases, List<TensorMap> maps, ByteSource target, TensorMap targetMap)
            throws IOException {
        this.bases = bases;
        this.maps = maps;
        this.target = target;
        this.targetMap = targetMap;
        this.matcher = new TensorMatcher(bases, maps, target, targetMap);
        this.adapters = new AdapterFinder(bases, maps, target);
        this.opaque = new OpaquePlanner(bases, maps, target);
    }

    List<Region> plan() throws IOException {
        long position = 0;
        long basePosition = 0;
        for (Tensor tensor : targetMap.tensors()) {
            Optional<TensorMatcher.Match> match = matcher.match(tensor);
            Optional<ByteRange> like = match.filter(m -> m.base() == 0)
                    .map(m -> TensorMatcher.gapBefore(
                            maps.getFirst(), m.tensor().range().offset()));
            gap(position, tensor.range().offset(), like);
            if (match.isPresent()) {
                matched(tensor, match.get());
                basePosition =
                        match.get().base() == 0 ? match.get().tensor().range().end() : basePosition;
            } else {
                add(tensor, tensor.range(), new Prediction.None());
            }
            position = tensor.range().end();
        }
        Optional<ByteRange> rest =
                maps.isEmpty() ? Optional.empty() : Optional.of(TensorMatcher.gapAfter(maps.getFirst(), basePosition));
        gap(position, targetMap.fileSize(), rest);
        return regions;
    }

    private void gap(long from, long to, Optional<ByteRange> like) throws IOException {
        if (to > from) {
            regions.addAll(opaque.plan(new ByteRange(from, to - from), like.filter(range -> range.length() > 0)));
        }
    }

    private void matched(Tensor tensor, TensorMatcher.Match match) throws IOException {
        ByteRange old = match.tensor().range();
        ByteRange now = tensor.range();
        if (old.length() == now.length()) {
            Prediction.Span span = new Prediction.Span(match.base(), old.offset());
            Optional<Prediction.Adapted> merge = adapters.find(tensor, span);
            ElementType type = tensor.type() == ElementType.OPAQUE
                    ? TypeGuess.of(bases.get(match.base()), old, target, now)
                    : tensor.type();
            Tensor typed = new Tensor(tensor.name(), type, tensor.shape(), now);
            add(typed, now, merge.isPresent() ? merge.get() : span);
            return;
        }
        int rowBytes = columnsOf(tensor) * tensor.type().unitBytes();
        if (old.length() % rowBytes == 0 && now.length() % rowBytes == 0) {
            aligned(tensor, match, rowBytes);
        } else {
            add(tensor, now, new Prediction.None());
        }
    }

    private void aligned(Tensor tensor, TensorMatcher.Match match, int rowBytes) throws IOException {
        ByteRange old = match.tensor().range();
        ByteRange now = tensor.range();
        List<RowAligner.Run> runs = new RowAligner(rowBytes).align(bases.get(match.base()), old, target, now);
        if (runs.isEmpty()) {
            runs = RowAligner.asTheyStand(now.length() / rowBytes, old.length() / rowBytes);
        }
        for (RowAligner.Run run : runs) {
            ByteRange range = new ByteRange(now.offset() + run.row() * rowBytes, run.count() * rowBytes);
            Prediction prediction = run.baseRow() < 0
                    ? new Prediction.None()
                    : new Prediction.Span(match.base(), old.offset() + run.baseRow() * rowBytes);
            add(tensor, range, prediction);
        }
    }

    private static int columnsOf(Tensor tensor) {
        long columns = tensor.rowUnits();
        if (tensor.shape().size() < 2 || columns > Region.MAX_COLUMNS) {
            return (int) Math.min(columns, VECTOR_COLUMNS);
        }
        return (int) Math.max(1, columns);
    }

    private void add(Tensor tensor, ByteRange range, Prediction prediction) {
        regions.add(new Region(tensor.name(), range, tensor.type(), columnsOf(tensor), prediction, Optional.empty()));
    }
}
