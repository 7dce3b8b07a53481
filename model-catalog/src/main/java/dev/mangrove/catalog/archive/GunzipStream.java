package dev.mangrove.catalog.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** Unpacks gzip as long as it does not grow like a bomb. */
final class GunzipStream extends FilterInputStream {
    private final Counted packed;
    private final ArchiveLimits limits;
    private long unpackedBytes;

    /** @param packed taken: closed with this */
    GunzipStream(InputStream packed, ArchiveLimits limits) throws IOException {
        this(new Counted(packed), limits);
    }

    private GunzipStream(Counted packed, ArchiveLimits limits) throws IOException {
        super(new GZIPInputStream(packed, 64 * 1024));
        this.packed = packed;
        this.limits = limits;
    }

    /** Whether a file begins as gzip does. */
    static boolean isGzip(byte[] beginning) {
        return beginning.length >= 2 && (beginning[0] & 0xff) == 0x1f && (beginning[1] & 0xff) == 0x8b;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int n = super.read(into, offset, length);
        unpackedBytes += Math.max(0, n);
        if (unpackedBytes > limits.gzipFreeBytes() && unpackedBytes / limits.gzipRatio() > packed.bytes) {
            throw Refused.because(
                    "it unpacks to more than " + limits.gzipRatio() + " times its size",
                    "if you trust it, unpack it with gunzip and import the tar");
        }
        return n;
    }

    @Override
    public long skip(long bytes) throws IOException {
        return readNBytes(Math.clamp(bytes, 0, 64 * 1024)).length;
    }

    private static final class Counted extends FilterInputStream {
        private long bytes;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            bytes += b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int n = super.read(into, offset, length);
            bytes += Math.max(0, n);
            return n;
        }
    }
}
