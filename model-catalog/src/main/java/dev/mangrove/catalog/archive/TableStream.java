package dev.mangrove.catalog.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * What the tar parser reads the table of an archive from. Long names and extended headers are read into memory whole, and
 * their length is up to the archive; so reading has an allowance, by entry and altogether.
 */
final class TableStream extends InputStream {
    private final FileChannel file;
    private final ArchiveLimits limits;
    private final byte[] single = new byte[1];
    private long position;
    private long entryLeft;
    private long tableLeft;

    TableStream(FileChannel file, ArchiveLimits limits) {
        this.file = file;
        this.limits = limits;
        this.tableLeft = limits.tableBytes();
    }

    /** A new entry begins, at that offset. */
    void beginEntry(long offset) {
        position = offset;
        entryLeft = limits.entryTableBytes();
    }

    /** Offset of the next byte: after a header, of the file that it describes, since the parser reads no byte ahead. */
    long position() {
        return position;
    }

    @Override
    public int read() throws IOException {
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (entryLeft <= 0 || tableLeft <= 0) {
            throw Refused.because("its table of contents is larger than a table of contents can sensibly be");
        }
        int wanted = (int) Math.min(length, Math.min(entryLeft, tableLeft));
        int n = file.read(ByteBuffer.wrap(into, offset, wanted), position);
        if (n > 0) {
            position += n;
            entryLeft -= n;
            tableLeft -= n;
        }
        return n;
    }
}
