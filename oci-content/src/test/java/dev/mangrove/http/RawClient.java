package dev.mangrove.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A client that shares no code with the server: a blocking socket and a few lines of HTTP. */
final class RawClient implements AutoCloseable {
    private static final int READ_TIMEOUT_MILLIS = 20_000;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    /** An answer as it came over the wire. */
    record Answer(int status, List<String> fields, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        Optional<String> field(String name) {
            return fields.stream()
                    .filter(f -> f.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(f -> f.substring(name.length() + 1).strip())
                    .findFirst();
        }
    }

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    static RawClient to(InetSocketAddress address) throws IOException {
        return new RawClient(new Socket(address.getAddress(), address.getPort()));
    }

    static RawClient over(Socket socket) throws IOException {
        return new RawClient(socket);
    }

    Answer get(String target) throws IOException {
        write("GET " + target + " HTTP/1.1\r\nHost: test\r\n\r\n");
        return answer(false);
    }

    Answer send(String method, String target, byte[] body) throws IOException {
        write(method + " " + target + " HTTP/1.1\r\nHost: test\r\nContent-Length: " + body.length + "\r\n\r\n");
        write(body);
        return answer(false);
    }

    Answer sendChunked(String method, String target, byte[] body) throws IOException {
        write(method + " " + target + " HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int at = 0; at < body.length; at += 10_000) {
            int count = Math.min(10_000, body.length - at);
            write(Integer.toHexString(count) + "\r\n");
            out.write(body, at, count);
            write("\r\n");
        }
        write("0\r\n\r\n");
        return answer(false);
    }

    void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    Socket socket() {
        return socket;
    }

    InputStream in() {
        return in;
    }

    /** Reads an answer; of one to HEAD only the head. */
    Answer answer(boolean toHead) throws IOException {
        Answer head = head();
        if (toHead || head.status() == 204 || head.status() == 304 || head.status() < 200) {
            return head;
        }
        if (head.field("Transfer-Encoding").isPresent()) {
            return new Answer(head.status(), head.fields(), chunks());
        }
        int length = Integer.parseInt(head.field("Content-Length").orElseThrow());
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the body ended at " + body.length + " of " + length);
        }
        return new Answer(head.status(), head.fields(), body);
    }

    Answer head() throws IOException {
        String statusLine = line();
        List<String> fields = new ArrayList<>();
        for (String field = line(); !field.isEmpty(); field = line()) {
            fields.add(field);
        }
        return new Answer(Integer.parseInt(statusLine.split(" ")[1]), fields, new byte[0]);
    }

    /** For the other role: the lines of a request's head. */
    List<String> requestHead() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            lines.add(line);
        }
        return lines;
    }

    /** Whether the server closed its side; reads nothing but the end. */
    boolean closed() throws IOException {
        return in.read() < 0;
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(), 16);
            all.write(in.readNBytes(size));
            line();
            if (size == 0) {
                return all.toByteArray();
            }
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection was closed in a head after: " + line);
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
