package dev.mangrove.delta.tensor;

import dev.mangrove.delta.io.ByteSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Tells the formats apart by their first bytes. */
public final class TensorFiles {
    private static final int PROBE_BYTES = 512;

    private TensorFiles() {}

    /**
     * The tensors of a file. A file of another kind, or one that is damaged, is a file without tensors: that costs
     * size, never correctness.
     *
     * @throws IOException if the source cannot be read
     */
    public static TensorMap map(ByteSource file) throws IOException {
        return map(file, true);
    }

    /** The tensors of a member of a tar; a tar inside a tar is not opened, so hostile nesting ends here. */
    static TensorMap mapMember(ByteSource member) throws IOException {
        return map(member, false);
    }

    private static TensorMap map(ByteSource file, boolean tars) throws IOException {
        try {
            return parse(file, tars);
        } catch (TensorFormatException e) {
            return TensorMap.opaque(file.size());
        }
    }

    /**
     * The tensors of a file, or an empty map if it is of no known kind.
     *
     * @throws TensorFormatException if it is of a known kind and damaged
     * @throws IOException if the source cannot be read
     */
    public static TensorMap parse(ByteSource file) throws IOException {
        return parse(file, true);
    }

    private static TensorMap parse(ByteSource file, boolean tars) throws IOException {
        byte[] head = new byte[(int) Math.min(PROBE_BYTES, file.size())];
        file.read(0, head, 0, head.length);
        if (startsWith(head, 0, "GGUF")) {
            return GgufParser.parse(file);
        }
        if (startsWith(head, 0, "PK\u0003\u0004")) {
            return PyTorchParser.parse(file);
        }
        if (tars && startsWith(head, 257, "ustar")) {
            return TarParser.parse(file);
        }
        if (head.length > 9 && head[8] == '{' && head[7] == 0 && head[6] == 0) {
            return SafetensorsParser.parse(file);
        }
        return TensorMap.opaque(file.size());
    }

    private static boolean startsWith(byte[] head, int at, String text) {
        byte[] expected = text.getBytes(StandardCharsets.ISO_8859_1);
        if (head.length < at + expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (head[at + i] != expected[i]) {
                return false;
            }
        }
        return true;
    }
}
