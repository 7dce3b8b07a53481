package dev.mangrove.edge.pull;

import dev.mangrove.oci.Descriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Serves blobs from memory over connections that break after so many bytes each. */
final class FlakyOrigin implements BlobOrigin {
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private final int bytesPerConnection;
    private final boolean ranges;
    final List<Long> offsets = new ArrayList<>();

    FlakyOrigin(int bytesPerConnection, boolean ranges) {
        this.bytesPerConnection = bytesPerConnection;
        this.ranges = ranges;
    }

    void put(Descriptor blob, byte[] bytes) {
        blobs.put(blob.digest().toString(), bytes);
    }

    @Override
    public synchronized Bytes open(Descriptor blob, long offset) {
        offsets.add(offset);
        byte[] all = blobs.get(blob.digest().toString());
        return new Bytes() {
            private int position = ranges ? (int) offset : 0;
            private int left = bytesPerConnection;

            @Override
            public long position() {
                return position;
            }

            @Override
            public int read(byte[] into) throws IOException {
                if (left == 0) {
                    throw new IOException("connection reset");
                }
                int n = Math.min(Math.min(left, into.length), all.length - position);
                if (n == 0) {
                    return -1;
                }
                byte[] part = Arrays.copyOfRange(all, position, position + n);
                System.arraycopy(part, 0, into, 0, n);
                position += n;
                left -= n;
                return n;
            }

            @Override
            public void close() {}
        };
    }
}
