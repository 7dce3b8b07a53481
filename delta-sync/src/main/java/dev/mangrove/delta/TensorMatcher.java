package dev.mangrove.delta;

import dev.mangrove.delta.tensor.Tensor;
import dev.mangrove.delta.tensor.TensorMap;
import dev.mangrove.oci.ByteRange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the tensor of a base that a tensor of the target grew from. */
final class TensorMatcher {
    /** A stretch of a base. */
    record Match(int base, long offset, long length) {
        Match atEnd() {
            return new Match(base, offset + length, 0);
        }
    }

    private final Map<String, Match> byName = new HashMap<>();
    private final Map<String, Tensor> tensors = new HashMap<>();

    TensorMatcher(List<TensorMap> bases) {
        for (int base = bases.size() - 1; base >= 0; base--) {
            for (Tensor tensor : bases.get(base).tensors()) {
                ByteRange range = tensor.range();
                byName.put(tensor.name(), new Match(base, range.offset(), range.length()));
                tensors.put(tensor.name(), tensor);
            }
        }
    }

    Optional<Match> match(Tensor target) {
        Tensor named = tensors.get(target.name());
        if (named != null && named.type() == target.type() && named.rowUnits() == target.rowUnits()) {
            return Optional.ofNullable(byName.get(target.name()));
        }
        return Optional.empty();
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
