package dev.mangrove.content;

import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Objects;

/**
 * A whole blob on its way through, checked against its digest and size. The last bytes are handed out only once all were
 * found right, so that a wrong blob never looks complete to whoever counts bytes. One thread.
 */
public final class VerifyingInputStream extends InputStream {
    private final InputStream bytes;
    private final Digest digest;
    private final MessageDigest hash;
    private long left;

    /** @param bytes taken: closed with this stream */
    public VerifyingInputStream(InputStream bytes, Digest digest, long sizeBytes) {
        this.bytes = bytes;
        this.digest = digest;
        this.hash = digest.algorithm().newHash();
        this.left = sizeBytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (left == 0) {
            return -1;
        }
        int got = bytes.read(into, offset, (int) Math.min(length, left));
        if (got < 0) {
            throw corrupt("ends " + left + " bytes early");
        }
        hash.update(into, offset, got);
        left -= got;
        if (left == 0) {
            requireRight();
        }
        return got;
    }

    private void requireRight() throws IOException {
        if (bytes.read() >= 0) {
            throw corrupt("is longer than it was said to be");
        }
        Digest actual = Digest.ofHash(digest.algorithm(), hash);
        if (!actual.equals(digest)) {
            throw corrupt("is " + actual);
        }
    }

    private ContentException.Corrupt corrupt(String why) {
        return new ContentException.Corrupt(digest, "what was sent for " + digest + " " + why);
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
