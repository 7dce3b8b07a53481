package dev.mangrove.delta.bench;

import com.github.luben.zstd.Zstd;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.delta.tensor.Tensor;
import dev.mangrove.delta.tensor.TensorFiles;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What the best published codecs for retrained weights do: exclusive-or with the tensor of the same name, bytes of equal
 * weight together, zstd -3 over each plane.
 */
final class XorPlanes {
    private static final int LEVEL = 3;

    private XorPlanes() {}

    static long size(byte[] base, byte[] target) throws IOException {
        Map<String, Tensor> old = new HashMap<>();
        TensorFiles.map(ByteSource.of(base)).tensors().forEach(tensor -> old.put(tensor.name(), tensor));
        long size = 0;
        int position = 0;
        for (Tensor tensor : TensorFiles.map(ByteSource.of(target)).tensors()) {
            int from = (int) tensor.range().offset();
            int to = (int) tensor.range().end();
            size += packed(Arrays.copyOfRange(target, position, from), 1);
            byte[] bytes = Arrays.copyOfRange(target, from, to);
            Tensor match = old.get(tensor.name());
            if (match != null && match.range().length() == bytes.length) {
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] ^= base[(int) match.range().offset() + i];
                }
            }
            size += packed(bytes, tensor.type().unitBytes());
            position = to;
        }
        return size + packed(Arrays.copyOfRange(target, position, target.length), 1);
    }

    private static long packed(byte[] bytes, int unit) {
        long size = 0;
        for (int plane = 0; plane < unit; plane++) {
            byte[] part = new byte[bytes.length / unit];
            for (int i = 0; i < part.length; i++) {
                part[i] = bytes[i * unit + plane];
            }
            size += Zstd.compress(part, LEVEL).length;
        }
        return size;
    }
}
