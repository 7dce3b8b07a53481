package dev.mangrove.delta.format;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.util.Arrays;

/** zstd frames without header fields that the delta already has, with an optional stretch of a base as dictionary. */
final class ZstdCode {
    private static final int STRONG_LIMIT = 1 << 18;
    private static final int STRONG = 19;
    private static final int FAST = 6;

    private ZstdCode() {}

    static byte[] compress(byte[] bytes, int from, int length, byte[] dictionary, int dictionaryLength) {
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            context.setLevel(length <= STRONG_LIMIT ? STRONG : FAST);
            context.setContentSize(false);
            context.setDictID(false);
            context.setChecksum(false);
            if (isUsable(dictionary, dictionaryLength)) {
                context.loadDict(Arrays.copyOf(dictionary, dictionaryLength));
            }
            return context.compress(Arrays.copyOfRange(bytes, from, from + length));
        }
    }

    /** Unpacks a frame that must give exactly {@code length} bytes. */
    static void decompress(
            byte[] frame,
            int frameAt,
            int frameLength,
            byte[] dictionary,
            int dictionaryLength,
            byte[] out,
            int at,
            int length)
            throws MalformedDeltaException {
        try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
            if (isUsable(dictionary, dictionaryLength)) {
                context.loadDict(Arrays.copyOf(dictionary, dictionaryLength));
            }
            int actual = context.decompressByteArray(out, at, length, frame, frameAt, frameLength);
            if (actual != length) {
                throw new MalformedDeltaException("zstd frame of " + actual + " bytes, not " + length, frameAt);
            }
        } catch (ZstdException e) {
            throw new MalformedDeltaException("zstd frame: " + e.getMessage(), frameAt);
        }
    }

    /** Bytes that begin like a trained dictionary would be taken for one. */
    private static boolean isUsable(byte[] dictionary, int length) {
        boolean trained = length >= 4
                && dictionary[0] == 0x37
                && dictionary[1] == (byte) 0xa4
                && dictionary[2] == 0x30
                && dictionary[3] == (byte) 0xec;
        return length >= 8 && !trained;
    }
}
