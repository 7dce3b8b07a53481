package dev.mangrove.e2e.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Random;

/** A blob that is made while it is sent, and hashed while it is received: it may be larger than any memory. */
final class LargeBlob {
    private static final int BLOCK_BYTES = 1 << 20;

    private final long sizeBytes;
    private final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(BLOCK_BYTES);

    LargeBlob(long sizeBytes) {
        this.sizeBytes = sizeBytes;
        byte[] bytes = new byte[BLOCK_BYTES];
        new Random(99).nextBytes(bytes);
        block.put(bytes).flip();
    }

    /** Pushes by POST, PATCH and PUT; returns the digest. */
    String push(int port) throws IOException {
        try (HttpSocket socket = new HttpSocket(port)) {
            socket.send(HttpSocket.encode("POST /v2/" + Contender.REPOSITORY
                    + "/blobs/uploads/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"));
            require(202, socket.await(scratch));
            String location = socket.header("location").orElseThrow();
            socket.send(HttpSocket.encode(
                    "PATCH " + location + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + sizeBytes + "\r\n\r\n"));
            MessageDigest hash = Push.newHash();
            for (long sent = 0; sent < sizeBytes; ) {
                ByteBuffer part = block.duplicate().limit((int) Math.min(BLOCK_BYTES, sizeBytes - sent));
                if (part.limit() >= Long.BYTES) {
                    part.putLong(0, sent); // no two blocks are equal
                }
                hash.update(part.duplicate());
                socket.send(part);
                sent += part.limit();
            }
            require(202, socket.await(scratch));
            String digest = Push.digest(hash);
            socket.send(HttpSocket.encode("PUT " + socket.header("location").orElseThrow() + "?digest=" + digest
                    + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"));
            require(201, socket.await(scratch));
            return digest;
        }
    }

    /** Pulls, and fails if the bytes are others. */
    void pull(int port, String digest) throws IOException {
        try (HttpSocket socket = new HttpSocket(port)) {
            socket.send(HttpSocket.get("/v2/" + Contender.REPOSITORY + "/blobs/" + digest));
            socket.begin();
            MessageDigest hash = Push.newHash();
            boolean whole;
            do {
                whole = socket.take(scratch);
                if (socket.bodyBegun()) {
                    hash.update(socket.body(scratch));
                }
            } while (!whole);
            require(200, socket.status());
            if (!Push.digest(hash).equals(digest)) {
                throw new IOException("other bytes than " + digest + " came");
            }
        }
    }

    private static void require(int wanted, int status) throws IOException {
        if (status != wanted) {
            throw new IOException("answered with " + status + ", not " + wanted);
        }
    }
}
