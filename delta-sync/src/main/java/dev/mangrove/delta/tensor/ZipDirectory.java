package dev.mangrove.delta.tensor;

import dev.mangrove.delta.io.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How much a zip's directory may take, looked at before anything is made of it: the library keeps an object for each of
 * its entries, whatever the number that the end record tells.
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE, 4.3.12 to 4.3.16</a>
 */
final class ZipDirectory {
    /** About 30,000 storages of PyTorch; more than any model that is known has. */
    static final int MAX_BYTES = 4 << 20;

    private static final int END_BYTES = 22;
    private static final int MAX_COMMENT_BYTES = 0xffff;
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int LOCATOR_BYTES = 20;
    private static final int LOCATOR_SIGNATURE = 0x07064b50;
    private static final int END64_BYTES = 56;
    private static final long MAX_32 = 0xffff_ffffL;

    private ZipDirectory() {}

    /**
     * Refuses a file whose directory is larger.
     *
     * @throws TensorFormatException as well if there is no directory
     */
    static void requireSmall(ByteSource file) throws IOException {
        int tailBytes = (int) Math.min(file.size(), END_BYTES + MAX_COMMENT_BYTES);
        long tailAt = file.size() - tailBytes;
        ByteBuffer tail = read(file, tailAt, tailBytes);
        for (int at = tailBytes - END_BYTES; at >= 0; at--) {
            if (tail.getInt(at) == END_SIGNATURE) {
                long begin = begin(file, tailAt + at, tail.getInt(at + 16) & MAX_32);
                if (begin < 0 || tailAt + at - begin > MAX_BYTES) {
                    throw new TensorFormatException(
                            "the zip directory takes more than " + MAX_BYTES + " bytes", tailAt + at);
                }
                return;
            }
        }
        throw new TensorFormatException("no zip directory", tailAt);
    }

    /** Where the directory begins, as far as the records tell. */
    private static long begin(ByteSource file, long end, long begin32) throws IOException {
        if (end < LOCATOR_BYTES) {
            return begin32;
        }
        ByteBuffer locator = read(file, end - LOCATOR_BYTES, LOCATOR_BYTES);
        if (locator.getInt(0) != LOCATOR_SIGNATURE) {
            return begin32;
        }
        long end64 = locator.getLong(8);
        if (end64 < 0 || end64 > end - LOCATOR_BYTES - END64_BYTES) {
            throw new TensorFormatException("zip64 end record outside the file", end);
        }
        return read(file, end64, END64_BYTES).getLong(48);
    }

    private static ByteBuffer read(ByteSource file, long at, int bytes) throws IOException {
        byte[] read = new byte[bytes];
        file.read(at, read, 0, bytes);
        return ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
    }
}
