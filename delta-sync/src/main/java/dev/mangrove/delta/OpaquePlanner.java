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

/** Plans what is not a tensor: headers, tokenizers, the files of an image layer. */
final class OpaquePlanner {
    /** Shorter stretches are left to zstd with a window of the base. */
    private static final int MIN_SEARCH = 1 << 15;

    private static final int WINDOW_MARGIN = 1 << 16;

    private final ByteSource target;
    private final Optional<ByteSource> base;
    private final TensorMap baseMap;
    private Optional<MatchFinder> finder = Optional.empty();

    /** A planner that looks for things in the first base. */
    OpaquePlanner(List<ByteSource> bases, List<TensorMap> maps, ByteSource target) {
        this.target = target;
        this.base = bases.stream().findFirst();
        this.baseMap = maps.isEmpty() ? TensorMap.opaque(0) : maps.getFirst();
    }

    /**
     * Regions of a stretch of the target.
     *
     * @param like the stretch of the base that stands at the same place among the tensors
     */
    List<Region> plan(ByteRange range, Optional<ByteRange> like) throws IOException {
        List<Region> regions = new ArrayList<>();
        if (base.isEmpty()) {
            loose(regions, range, 0, Optional.empty());
            return regions;
        }
        if (like.isPresent() && like.get().length() == range.length() && range.length() < MIN_SEARCH) {
            regions.add(region(range, new Prediction.Span(0, like.get().offset())));
            return regions;
        }
        List<MatchFinder.Match> matches = range.length() < MIN_SEARCH ? List.of() : finder().matches(target, range);
        long position = range.offset();
        long basePosition = like.map(ByteRange::offset).orElse(Math.min(position, baseMap.fileSize()));
        for (MatchFinder.Match match : matches) {
            loose(regions, new ByteRange(position, match.target() - position), basePosition, base);
            regions.add(region(new ByteRange(match.target(), match.length()), new Prediction.Span(0, match.base())));
            position = match.target() + match.length();
            basePosition = match.base() + match.length();
        }
        loose(regions, new ByteRange(position, range.end() - position), basePosition, base);
        return regions;
    }

    private MatchFinder finder() throws IOException {
        if (finder.isEmpty()) {
            List<ByteRange> ranges = new ArrayList<>();
            long position = 0;
            for (Tensor tensor : baseMap.tensors()) {
                ranges.add(new ByteRange(position, tensor.range().offset() - position));
                position = tensor.range().end();
            }
            ranges.add(new ByteRange(position, baseMap.fileSize() - position));
            finder = Optional.of(new MatchFinder(base.orElseThrow(), ranges));
        }
        return finder.get();
    }

    /** What was not found: in parts, each with a window of the base around the place it should be at. */
    private static void loose(List<Region> regions, ByteRange range, long basePosition, Optional<ByteSource> base) {
        long baseAt = basePosition;
        for (long at = range.offset(); at < range.end(); ) {
            long length = Math.min(range.end() - at, Prediction.Window.MAX_BYTES - at % Prediction.Window.MAX_BYTES);
            regions.add(region(new ByteRange(at, length), window(base, baseAt, length)));
            at += length;
            baseAt += length;
        }
    }

    private static Prediction window(Optional<ByteSource> base, long around, long length) {
        if (base.isEmpty() || base.get().size() == 0) {
            return new Prediction.None();
        }
        long size = base.get().size();
        long from = Math.max(0, Math.min(around, size - 1) - WINDOW_MARGIN);
        long wanted = Math.min(Prediction.Window.MAX_BYTES, length + 2 * WINDOW_MARGIN);
        return new Prediction.Window(0, from, (int) Math.min(wanted, size - from));
    }

    private static Region region(ByteRange range, Prediction prediction) {
        return new Region("", range, ElementType.OPAQUE, 1, prediction, Optional.empty());
    }
}
