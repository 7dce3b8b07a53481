package dev.mangrove.e2e.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Pushes blobs the way docker does: a POST, then one PATCH with the bytes, then a PUT with the digest. One thread. */
final class Push implements AutoCloseable {
    private final HttpSocket socket;
    private final String repository;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(16 * 1024);

    Push(int port, String repository) throws IOException {
        this.socket = new HttpSocket(port);
        this.repository = repository;
    }

    static String digest(ByteBuffer bytes) {
        MessageDigest hash = newHash();
        hash.update(bytes.duplicate());
        return digest(hash);
    }

    static String digest(MessageDigest hash) {
        return "sha256:" + HexFormat.of().formatHex(hash.digest());
    }

    static MessageDigest newHash() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends a blob; returns when the server says that it has it. */
    void blob(ByteBuffer bytes, String digest) throws IOException {
        send("POST", "/v2/" + repository + "/blobs/uploads/", ByteBuffer.allocate(0), 202);
        send("PATCH", location(), bytes, 202);
        String location = location();
        send("PUT", location + (location.contains("?") ? "&" : "?") + "digest=" + digest, ByteBuffer.allocate(0), 201);
    }

    void manifest(String tag, String mediaType, ByteBuffer json) throws IOException {
        ByteBuffer head = HttpSocket.encode("PUT /v2/" + repository + "/manifests/" + tag
                + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: " + mediaType + "\r\nContent-Length: "
                + json.remaining() + "\r\n\r\n");
        socket.send(head, json);
        require(201, "PUT of a manifest");
    }

    /** Pulls from a path of the repository, and fails if the answer is not of that digest. */
    void requirePulled(String path, String digest) throws IOException {
        socket.send(HttpSocket.get("/v2/" + repository + path));
        MessageDigest hash = newHash();
        socket.begin();
        boolean whole;
        do {
            whole = socket.take(scratch);
            if (socket.bodyBegun()) {
                hash.update(socket.body(scratch));
            }
        } while (!whole);
        if (socket.status() != 200 || !digest(hash).equals(digest)) {
            throw new IOException("GET " + path + " was answered with " + socket.status() + " and " + digest(hash));
        }
    }

    private void send(String method, String path, ByteBuffer body, int wanted) throws IOException {
        ByteBuffer head = HttpSocket.encode(method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: "
                + body.remaining() + "\r\nContent-Type: application/octet-stream\r\n\r\n");
        socket.send(head, body);
        require(wanted, method + " " + path);
    }

    private void require(int wanted, String what) throws IOException {
        int status = socket.await(scratch);
        if (status != wanted) {
            throw new IOException(what + " was answered with " + status);
        }
    }

    private String location() throws IOException {
        String location = socket.header("location").orElseThrow(() -> new IOException("no Location"));
        int path = location.startsWith("http") ? location.indexOf('/', "https://".length()) : 0;
        return location.substring(path);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
