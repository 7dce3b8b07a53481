package dev.mangrove.delta.tensor;

import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.oci.ByteRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** GGUF version 2 and 3, little-endian. Source: docs/gguf.md of the ggml repository. */
final class GgufParser {
    private static final int MAX_ENTRIES = 1 << 16;
    private static final int DEFAULT_ALIGNMENT = 32;
    private static final int STRING = 8;
    private static final int ARRAY = 9;
    private static final int UINT32 = 4;
    private static final int MAX_NESTING = 4;
    /** Bytes of the metadata value types by code; 0 where the size is not fixed. */
    private static final int[] VALUE_BYTES = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

    private final HeaderReader in;
    private long alignment = DEFAULT_ALIGNMENT;

    private GgufParser(HeaderReader in) {
        this.in = in;
    }

    private record Info(String name, List<Long> shape, int type, long offset) {}

    static TensorMap parse(ByteSource file) throws IOException {
        return new GgufParser(new HeaderReader(file)).parse(file.size());
    }

    private TensorMap parse(long fileSize) throws IOException {
        in.skip(4);
        int version = in.int32();
        if (version < 2 || version > 3) {
            throw new TensorFormatException("GGUF version " + version, 4);
        }
        long tensorCount = in.count(TensorMap.MAX_TENSORS, "tensors");
        long entryCount = in.count(MAX_ENTRIES, "metadata entries");
        for (long i = 0; i < entryCount; i++) {
            entry();
        }
        List<Info> infos = new ArrayList<>();
        for (long i = 0; i < tensorCount; i++) {
            infos.add(info());
        }
        long dataStart = Math.ceilDiv(in.position(), alignment) * alignment;
        return TensorMap.of("gguf", fileSize, tensors(infos, dataStart, fileSize));
    }

    private void entry() throws IOException {
        String key = in.string();
        int type = in.int32();
        if (key.equals("general.alignment") && type == UINT32) {
            long at = in.position();
            alignment = in.int32();
            if (alignment < 8 || alignment > (1 << 20) || alignment % 8 != 0) {
                throw new TensorFormatException("alignment " + alignment, at);
            }
        } else {
            skipValue(type, 0);
        }
    }

    private void skipValue(int type, int depth) throws IOException {
        if (type == STRING) {
            in.skipString();
        } else if (type == ARRAY) {
            skipArray(depth);
        } else if (type >= 0 && type < VALUE_BYTES.length) {
            in.skip(VALUE_BYTES[type]);
        } else {
            throw new TensorFormatException("metadata type " + type, in.position());
        }
    }

    private void skipArray(int depth) throws IOException {
        int type = in.int32();
        long count = in.count(HeaderReader.MAX_BYTES, "array elements");
        if (depth == MAX_NESTING) {
            throw new TensorFormatException("arrays nested too deeply", in.position());
        }
        if (type >= 0 && type < VALUE_BYTES.length && VALUE_BYTES[type] > 0) {
            in.skip(count * VALUE_BYTES[type]);
            return;
        }
        for (long i = 0; i < count; i++) {
            skipValue(type, depth + 1);
        }
    }

    private Info info() throws IOException {
        String name = in.string();
        int dimensions = in.int32();
        if (dimensions < 0 || dimensions > Shapes.MAX_DIMENSIONS) {
            throw new TensorFormatException(dimensions + " dimensions", in.position());
        }
        List<Long> shape = new ArrayList<>();
        for (int i = 0; i < dimensions; i++) {
            shape.addFirst(in.int64());
        }
        return new Info(name, shape, in.int32(), in.int64());
    }

    /** Types without an own coding are opaque and reach to the next tensor, so their block sizes need not be known. */
    private List<Tensor> tensors(List<Info> infos, long dataStart, long fileSize) throws IOException {
        infos.sort(Comparator.comparingLong(Info::offset));
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < infos.size(); i++) {
            Info info = infos.get(i);
            long from = dataStart + info.offset();
            long limit = i + 1 < infos.size() ? dataStart + infos.get(i + 1).offset() : fileSize;
            if (info.offset() < 0 || from < 0 || limit > fileSize || from > limit) {
                throw new TensorFormatException("tensor " + info.name() + " outside the file", in.position());
            }
            tensors.add(tensor(info, from, limit));
        }
        return tensors;
    }

    private static Tensor tensor(Info info, long from, long limit) {
        ElementType type = typeOf(info.type());
        ByteRange rest = new ByteRange(from, limit - from);
        if (type == ElementType.OPAQUE) {
            return new Tensor(info.name(), type, List.of(), rest);
        }
        long units = 1;
        for (long dimension : info.shape()) {
            if (dimension < 0 || dimension > rest.length() * ElementType.BLOCK_WEIGHTS) {
                return new Tensor(info.name(), ElementType.OPAQUE, List.of(), rest);
            }
            units = Math.multiplyHigh(units, dimension) == 0 ? units * dimension : Long.MAX_VALUE;
        }
        long bytes = (type.isBlock() ? units / ElementType.BLOCK_WEIGHTS : units) * type.unitBytes();
        if (bytes < 0 || bytes > rest.length()) {
            return new Tensor(info.name(), ElementType.OPAQUE, List.of(), rest);
        }
        return Shapes.fitted(info.name(), type, info.shape(), new ByteRange(from, bytes));
    }

    private static ElementType typeOf(int code) {
        return switch (code) {
            case 0 -> ElementType.F32;
            case 1 -> ElementType.F16;
            case 2 -> ElementType.Q4_0;
            case 8 -> ElementType.Q8_0;
            case 24 -> ElementType.I8;
            case 25 -> ElementType.I16;
            case 26 -> ElementType.I32;
            case 27 -> ElementType.I64;
            case 28 -> ElementType.F64;
            case 30 -> ElementType.BF16;
            default -> ElementType.OPAQUE;
        };
    }
}
