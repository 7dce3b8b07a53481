package dev.mangrove.delta.tensor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The tensors of one file by offset, without overlaps and inside the file.
 *
 * @param format what was parsed, for display
 */
public record TensorMap(String format, long fileSize, List<Tensor> tensors) {
    /** More tensors than this are not looked at. */
    public static final int MAX_TENSORS = 1 << 16;

    /** Checks the order. */
    public TensorMap {
        tensors = List.copyOf(tensors);
        long end = 0;
        for (Tensor tensor : tensors) {
            if (tensor.range().offset() < end || tensor.range().end() > fileSize) {
                throw new IllegalArgumentException("tensor " + tensor.name() + " at " + tensor.range());
            }
            end = tensor.range().end();
        }
    }

    /** A file without tensors. */
    public static TensorMap opaque(long fileSize) {
        return new TensorMap("bytes", fileSize, List.of());
    }

    /**
     * Sorts and checks what a parser found; empty tensors are left out.
     *
     * @throws TensorFormatException if tensors overlap or lie outside the file
     */
    static TensorMap of(String format, long fileSize, List<Tensor> found) throws TensorFormatException {
        List<Tensor> sorted = new ArrayList<>(found);
        sorted.removeIf(tensor -> tensor.range().length() == 0);
        sorted.sort(Comparator.comparingLong(tensor -> tensor.range().offset()));
        long end = 0;
        for (Tensor tensor : sorted) {
            long offset = tensor.range().offset();
            if (offset < end || tensor.range().end() > fileSize) {
                throw new TensorFormatException("tensor " + tensor.name() + " overlaps or leaves the file", offset);
            }
            end = tensor.range().end();
        }
        return new TensorMap(format, fileSize, sorted);
    }
}
