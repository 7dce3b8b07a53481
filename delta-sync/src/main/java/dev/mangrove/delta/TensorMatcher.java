package dev.mangrove.delta;

import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.delta.tensor.Tensor;
import dev.mangrove.delta.tensor.TensorMap;
import dev.mangrove.oci.ByteRange;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the tensor of a base that each tensor of the target grew from: by name, then by content, then by shape and
 * order among those left.
 */
final class TensorMatcher {
    /** A tensor of a base. */
    record Match(int base, Tensor tensor) {}

    private final IdentityHashMap<Tensor, Match> matches = new IdentityHashMap<>();

    /** Matches all tensors of a target. */
    TensorMatcher(List<ByteSource> bases, List<TensorMap> maps, ByteSource target, TensorMap wanted)
            throws IOException {
        List<Match> free = new ArrayList<>();
        for (int base = 0; base < maps.size(); base++) {
            for (Tensor tensor : maps.get(base).tensors()) {
                free.add(new Match(base, tensor));
            }
        }
        List<Tensor> left = byName(wanted.tensors(), free);
        left = byContent(left, free, bases, target);
        byShape(left, free);
    }

    Optional<Match> match(Tensor target) {
        return Optional.ofNullable(matches.get(target));
    }

    private List<Tensor> byName(List<Tensor> wanted, List<Match> free) {
        Map<String, Match> named = new HashMap<>();
        for (Match match : free) {
            named.putIfAbsent(nameOf(match.tensor()), match);
        }
        List<Tensor> left = new ArrayList<>();
        for (Tensor tensor : wanted) {
            Match match = named.get(nameOf(tensor));
            if (match != null
                    && match.tensor().type() == tensor.type()
                    && match.tensor().rowUnits() == tensor.rowUnits()) {
                matches.put(tensor, match);
                free.remove(match);
                named.remove(nameOf(tensor));
            } else {
                left.add(tensor);
            }
        }
        return left;
    }

    /** A PyTorch zip has everything in a folder named after the file. */
    private static String nameOf(Tensor tensor) {
        int data = tensor.name().indexOf("/data/");
        return data < 0 ? tensor.name() : tensor.name().substring(data);
    }

    private List<Tensor> byContent(List<Tensor> wanted, List<Match> free, List<ByteSource> bases, ByteSource target)
            throws IOException {
        if (wanted.isEmpty() || free.isEmpty()) {
            return wanted;
        }
        Map<String, Match> byHash = new HashMap<>();
        for (Match match : free) {
            String hash = SourceDigest.of(
                            bases.get(match.base()), match.tensor().range())
                    .hex();
            byHash.putIfAbsent(hash, match);
        }
        List<Tensor> left = new ArrayList<>();
        for (Tensor tensor : wanted) {
            Match match = byHash.get(SourceDigest.of(target, tensor.range()).hex());
            if (match != null && match.tensor().type() == tensor.type()) {
                matches.put(tensor, match);
                free.remove(match);
            } else {
                left.add(tensor);
            }
        }
        return left;
    }

    private void byShape(List<Tensor> wanted, List<Match> free) {
        record Shape(Object type, List<Long> dimensions, long length) {}
        Map<Shape, Deque<Match>> byShape = new HashMap<>();
        for (Match match : free) {
            Tensor tensor = match.tensor();
            Shape shape =
                    new Shape(tensor.type(), tensor.shape(), tensor.range().length());
            byShape.computeIfAbsent(shape, s -> new ArrayDeque<>()).add(match);
        }
        for (Tensor tensor : wanted) {
            Shape shape =
                    new Shape(tensor.type(), tensor.shape(), tensor.range().length());
            Deque<Match> fitting = byShape.get(shape);
            if (fitting != null && !fitting.isEmpty()) {
                matches.put(tensor, fitting.removeFirst());
            }
        }
    }

    /** Bytes between a tensor and the one before it. */
    static ByteRange gapBefore(TensorMap base, long offset) {
        long start = 0;
        for (Tensor tensor : base.tensors()) {
            if (tensor.range().offset() >= offset) {
                break;
            }
            start = tensor.range().end();
        }
        return new ByteRange(start, offset - start);
    }

    /** Bytes between an offset and the next tensor. */
    static ByteRange gapAfter(TensorMap base, long offset) {
        for (Tensor tensor : base.tensors()) {
            if (tensor.range().offset() >= offset) {
                return new ByteRange(offset, tensor.range().offset() - offset);
            }
        }
        return new ByteRange(offset, base.fileSize() - offset);
    }
}
