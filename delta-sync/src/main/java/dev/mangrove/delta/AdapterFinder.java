package dev.mangrove.delta;

import dev.mangrove.delta.format.Adapters;
import dev.mangrove.delta.format.Prediction;
import dev.mangrove.delta.format.Region;
import dev.mangrove.delta.format.RegionReader;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.delta.tensor.Tensor;
import dev.mangrove.delta.tensor.TensorMap;
import dev.mangrove.oci.ByteRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the low-rank adapter that was merged into a tensor. Pairs A and B are found by their names, the tensor they
 * belong to by name and shape, the scale by regression; and whether it is true by how much of a sample it predicts.
 */
final class AdapterFinder {
    private static final int MAX_CANDIDATES = 8;
    private static final int SAMPLE_ROWS = 8;
    private static final double MIN_EXACT = 0.5;
    /** A rounder scale is believed unless another explains this much more. */
    private static final double CLEARLY = 0.005;

    private record Pair(String stem, Tensor down, Tensor up, int base) {}

    private final List<ByteSource> bases;
    private final ByteSource target;
    private final List<Pair> pairs = new ArrayList<>();

    AdapterFinder(List<ByteSource> bases, List<TensorMap> maps, ByteSource target) {
        this.bases = bases;
        this.target = target;
        for (int base = 0; base < maps.size(); base++) {
            collect(maps.get(base), base);
        }
    }

    private void collect(TensorMap map, int base) {
        Map<String, Tensor> ups = new HashMap<>();
        for (Tensor tensor : map.tensors()) {
            stem(tensor.name(), "B").ifPresent(stem -> ups.put(stem, tensor));
        }
        for (Tensor down : map.tensors()) {
            Optional<String> stem = stem(down.name(), "A");
            Tensor up = stem.map(ups::get).orElse(null);
            if (up != null && isPair(down, up)) {
                pairs.add(new Pair(stem.get(), down, up, base));
            }
        }
    }

    /** {@code x.A}, {@code x.lora_A.weight} and {@code x.lora_A.default.weight} all stem from {@code x}. */
    private static Optional<String> stem(String name, String letter) {
        for (String part : List.of(".lora_" + letter + ".", ".lora_" + letter, "." + letter)) {
            int at = name.lastIndexOf(part);
            if (at > 0 && (part.endsWith(".") || at + part.length() == name.length())) {
                return Optional.of(name.substring(0, at));
            }
        }
        return Optional.empty();
    }

    private static boolean isPair(Tensor down, Tensor up) {
        return down.shape().size() == 2
                && up.shape().size() == 2
                && down.type() == up.type()
                && Adapters.areFloats(down.type())
                && down.shape().get(0).equals(up.shape().get(1))
                && down.shape().get(0) >= 1
                && down.shape().get(0) <= Prediction.Adapted.MAX_RANK
                && down.units() <= Adapters.MAX_ENTRIES;
    }

    /** The merge that explains a tensor, if there is one. */
    Optional<Prediction.Adapted> find(Tensor tensor, Prediction.Span weights) throws IOException {
        if (pairs.isEmpty() || tensor.shape().size() != 2 || !Adapters.areFloats(tensor.type())) {
            return Optional.empty();
        }
        List<Pair> fitting = pairs.stream()
                .filter(p -> p.down().shape().get(1).equals(tensor.shape().get(1)))
                .filter(p -> p.up().shape().get(0).equals(tensor.shape().get(0)))
                .sorted(Comparator.comparingInt((Pair p) -> commonSuffix(p.stem(), tensor.name()))
                        .reversed())
                .limit(MAX_CANDIDATES)
                .toList();
        for (Pair pair : fitting) {
            Optional<Prediction.Adapted> found = tried(tensor, weights, pair);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static int commonSuffix(String stem, String name) {
        String bare = name.endsWith(".weight") ? name.substring(0, name.length() - 7) : name;
        int length = 0;
        while (length < Math.min(stem.length(), bare.length())
                && stem.charAt(stem.length() - 1 - length) == bare.charAt(bare.length() - 1 - length)) {
            length++;
        }
        return length;
    }

    private Optional<Prediction.Adapted> tried(Tensor tensor, Prediction.Span weights, Pair pair) throws IOException {
        AdapterSample sample = new AdapterSample(tensor, SAMPLE_ROWS);
        float estimate = sample.scale(reader(tensor, weights), reader(tensor, adapted(weights, pair, 1)));
        float best = 0;
        double exact = MIN_EXACT;
        for (float scale : AdapterSample.roundScales(estimate)) {
            double share = sample.exactShare(reader(tensor, adapted(weights, pair, scale)));
            if (share > exact + CLEARLY) {
                exact = share;
                best = scale;
            }
        }
        return best == 0 ? Optional.empty() : Optional.of(adapted(weights, pair, best));
    }

    private static Prediction.Adapted adapted(Prediction.Span weights, Pair pair, float scale) {
        return new Prediction.Adapted(
                weights,
                new Prediction.Span(pair.base(), pair.down().range().offset()),
                new Prediction.Span(pair.base(), pair.up().range().offset()),
                pair.down().type().code(),
                Math.toIntExact(pair.down().shape().get(0)),
                scale);
    }

    private RegionReader reader(Tensor tensor, Prediction prediction) {
        ByteRange range = tensor.range();
        int columns = Math.toIntExact(tensor.rowUnits());
        Region region = new Region(tensor.name(), range, tensor.type(), columns, prediction, Optional.empty());
        return new RegionReader(region, bases, target);
    }
}
