package dev.mangrove.delta.tensor;

import com.fasterxml.jackson.core.JsonParser;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.MalformedContentException;
import dev.mangrove.oci.StrictJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * safetensors: a length of eight bytes, a JSON header, the data. Source: the format section of the safetensors
 * repository's README.
 */
final class SafetensorsParser {
    /** The reference implementation's own cap on the header is 100 MB; no real header comes near this one. */
    static final int MAX_HEADER_BYTES = 25_000_000;

    private final long dataStart;
    private final List<Tensor> tensors = new ArrayList<>();

    private SafetensorsParser(long dataStart) {
        this.dataStart = dataStart;
    }

    static TensorMap parse(ByteSource file) throws IOException {
        byte[] prefix = file.readRange(new ByteRange(0, 8), 8);
        long length = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 2 || length > MAX_HEADER_BYTES || 8 + length > file.size()) {
            throw new TensorFormatException("safetensors header of " + length + " bytes", 0);
        }
        byte[] header = file.readRange(new ByteRange(8, length), MAX_HEADER_BYTES);
        SafetensorsParser parser = new SafetensorsParser(8 + length);
        try {
            StrictJson.read(header, json -> {
                StrictJson.object(json, "header", parser::entry);
                return parser;
            });
        } catch (MalformedContentException e) {
            throw new TensorFormatException("safetensors header: " + e.getMessage(), 8 + Math.max(0, e.offset()));
        }
        return TensorMap.of("safetensors", file.size(), parser.tensors);
    }

    private void entry(JsonParser json, String name) throws IOException {
        if (name.equals("__metadata__")) {
            json.skipChildren();
            return;
        }
        if (tensors.size() == TensorMap.MAX_TENSORS) {
            throw StrictJson.malformed(json, "more than " + TensorMap.MAX_TENSORS + " tensors");
        }
        Entry entry = new Entry();
        StrictJson.object(json, name, entry::field);
        if (entry.offsets.size() != 2 || entry.offsets.get(0) > entry.offsets.get(1)) {
            throw StrictJson.malformed(json, name + ": data_offsets");
        }
        long from = entry.offsets.get(0);
        if (from > Long.MAX_VALUE - dataStart) {
            throw StrictJson.malformed(json, name + ": data_offsets");
        }
        ByteRange range = new ByteRange(dataStart + from, entry.offsets.get(1) - from);
        tensors.add(Shapes.fitted(name, typeOf(entry.type, entry.shape), entry.shape, range));
    }

    /** Exporters of ggml blocks to safetensors write bytes whose last dimension is one block. */
    private static ElementType typeOf(String name, List<Long> shape) {
        if (name.equals("U8") && shape.size() > 1) {
            long last = shape.getLast();
            if (last == ElementType.Q4_0.unitBytes()) {
                return ElementType.Q4_0;
            }
            if (last == ElementType.Q8_0.unitBytes()) {
                return ElementType.Q8_0;
            }
        }
        return switch (name) {
            case "BF16" -> ElementType.BF16;
            case "F16" -> ElementType.F16;
            case "F32" -> ElementType.F32;
            case "F64" -> ElementType.F64;
            case "F8_E4M3" -> ElementType.F8_E4M3;
            case "F8_E5M2" -> ElementType.F8_E5M2;
            case "I8" -> ElementType.I8;
            case "U8" -> ElementType.U8;
            case "I16", "U16" -> ElementType.I16;
            case "I32", "U32" -> ElementType.I32;
            case "I64", "U64" -> ElementType.I64;
            case "BOOL" -> ElementType.BOOL;
            default -> ElementType.OPAQUE;
        };
    }

    private static final class Entry {
        private String type = "";
        private final List<Long> shape = new ArrayList<>();
        private final List<Long> offsets = new ArrayList<>();

        void field(JsonParser json, String name) throws IOException {
            switch (name) {
                case "dtype" -> type = StrictJson.string(json, name);
                case "shape" -> numbers(json, name, shape);
                case "data_offsets" -> numbers(json, name, offsets);
                default -> json.skipChildren();
            }
        }

        private static void numbers(JsonParser json, String name, List<Long> into) throws IOException {
            StrictJson.array(json, name, () -> {
                if (into.size() == Shapes.MAX_DIMENSIONS) {
                    throw StrictJson.malformed(json, "too many numbers in " + name);
                }
                into.add(StrictJson.wholeNumber(json, name));
            });
        }
    }
}
