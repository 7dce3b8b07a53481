package dev.mangrove.distribution.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Tells how far an upload is by what was read for it. */
final class CountedStream extends FilterInputStream {
    private final long totalBytes;
    private final UploadProgress progress;
    private long position;

    CountedStream(InputStream in, long position, long totalBytes, UploadProgress progress) {
        super(in);
        this.position = position;
        this.totalBytes = totalBytes;
        this.progress = progress;
    }

    @Override
    public int read() throws IOException {
        int b = in.read();
        count(b < 0 ? 0 : 1);
        return b;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int n = in.read(into, offset, length);
        count(n);
        return n;
    }

    private void count(int n) {
        if (n > 0) {
            position += n;
            progress.sent(position, totalBytes);
        }
    }
}
