package dev.mangrove.delta.tensor;

import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.oci.ByteRange;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Tensors inside the members of an uncompressed tar, which is what an image layer with a model is. POSIX.1-1988. */
final class TarParser {
    private static final int BLOCK = 512;
    private static final int MAX_MEMBERS = 1 << 20;

    private TarParser() {}

    static TensorMap parse(ByteSource file) throws IOException {
        List<Tensor> tensors = new ArrayList<>();
        byte[] header = new byte[BLOCK];
        long at = 0;
        for (int member = 0; member < MAX_MEMBERS && at + BLOCK <= file.size(); member++) {
            file.read(at, header, 0, BLOCK);
            if (header[0] == 0) {
                break;
            }
            long size = size(header, at);
            long data = at + BLOCK;
            if (size > file.size() - data) {
                throw new TensorFormatException("member of " + size + " bytes", at);
            }
            if (header[156] == '0' || header[156] == 0) {
                addMember(new Member(file, new ByteRange(data, size)), name(header), tensors);
            }
            at = data + Math.ceilDiv(size, BLOCK) * BLOCK;
        }
        return TensorMap.of("tar", file.size(), tensors);
    }

    private static void addMember(Member member, String name, List<Tensor> tensors) throws IOException {
        if (member.size() < BLOCK) {
            return;
        }
        for (Tensor tensor : TensorFiles.mapMember(member).tensors()) {
            if (tensors.size() < TensorMap.MAX_TENSORS) {
                ByteRange range = new ByteRange(
                        member.range().offset() + tensor.range().offset(),
                        tensor.range().length());
                tensors.add(new Tensor(name + ":" + tensor.name(), tensor.type(), tensor.shape(), range));
            }
        }
    }

    private static String name(byte[] header) {
        int end = 0;
        while (end < 100 && header[end] != 0) {
            end++;
        }
        return new String(header, 0, end, StandardCharsets.UTF_8);
    }

    /** Octal digits, or big-endian binary when the first bit is set (GNU, for members of 8 GiB and more). */
    private static long size(byte[] header, long at) throws TensorFormatException {
        long size = 0;
        if ((header[124] & 0x80) != 0) {
            for (int i = 128; i < 136; i++) {
                size = size << 8 | (header[i] & 0xff);
            }
        } else {
            for (int i = 124; i < 136 && header[i] >= '0' && header[i] <= '7'; i++) {
                size = size << 3 | (header[i] - '0');
            }
        }
        if (size < 0) {
            throw new TensorFormatException("negative member size", at);
        }
        return size;
    }

    /** One member as a file of its own. */
    private record Member(ByteSource file, ByteRange range) implements ByteSource {
        @Override
        public long size() {
            return range.length();
        }

        @Override
        public void read(long position, byte[] into, int from, int length) throws IOException {
            if (position < 0 || position > range.length() - length) {
                throw new EOFException("byte " + (position + length) + " of " + range.length());
            }
            file.read(range.offset() + position, into, from, length);
        }
    }
}
