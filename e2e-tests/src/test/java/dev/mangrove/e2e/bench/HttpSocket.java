package dev.mangrove.e2e.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * One keep-alive connection of a load generator: writes requests that were encoded before, counts the bytes of answers
 * and throws them away. As cheap as a client in Java can be, so that what is measured is the server. One thread.
 */
final class HttpSocket implements AutoCloseable {
    private static final int MAX_HEAD_BYTES = 16 * 1024;

    private final SocketChannel channel;
    private final byte[] head = new byte[MAX_HEAD_BYTES];
    private int headBytes;
    private int bodyAt;
    private long bodyLeft = -1;
    private int status;

    HttpSocket(int port) throws IOException {
        channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    SocketChannel channel() {
        return channel;
    }

    static ByteBuffer encode(String head) {
        byte[] bytes = head.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    static ByteBuffer get(String path) {
        return encode("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    }

    /** Sends in blocking mode. */
    void send(ByteBuffer... parts) throws IOException {
        for (ByteBuffer part : parts) {
            ByteBuffer left = part.duplicate();
            while (left.hasRemaining()) {
                channel.write(left);
            }
        }
    }

    /** Reads one answer in blocking mode, body and all; returns its status. */
    int await(ByteBuffer scratch) throws IOException {
        begin();
        while (!take(scratch)) {
            // until it is whole
        }
        return status;
    }

    /** The next answer begins. */
    void begin() {
        headBytes = 0;
        bodyLeft = -1;
    }

    /** One read of the socket; true if the answer is whole. */
    boolean take(ByteBuffer scratch) throws IOException {
        int count = channel.read(scratch.clear());
        if (count < 0) {
            throw new IOException("the server hung up in the middle of an answer");
        }
        bodyAt = 0;
        scratch.flip();
        if (bodyLeft >= 0) {
            bodyLeft -= count;
        } else {
            takeHead(scratch);
        }
        return bodyLeft == 0;
    }

    private void takeHead(ByteBuffer bytes) throws IOException {
        int known = headBytes;
        int count = Math.min(bytes.remaining(), head.length - headBytes);
        bytes.get(head, headBytes, count);
        headBytes += count;
        for (int at = Math.max(3, known); at < headBytes; at++) {
            if (head[at] == '\n' && head[at - 2] == '\n') {
                bodyAt = bytes.position() - (headBytes - at - 1);
                bodyLeft = lengthIn(at) - (bytes.limit() - bodyAt);
                headBytes = at + 1;
                return;
            }
        }
        if (headBytes == head.length) {
            throw new IOException("the head of an answer does not end");
        }
    }

    private long lengthIn(int end) {
        status = (head[9] - '0') * 100 + (head[10] - '0') * 10 + head[11] - '0';
        for (int at = 12; at < end - 16; at++) {
            boolean here = head[at] == '\n'
                    && (head[at + 1] | 0x20) == 'c'
                    && (head[at + 9] | 0x20) == 'l'
                    && head[at + 8] == '-'
                    && head[at + 15] == ':';
            if (here) {
                long value = 0;
                for (int digit = at + 16; head[digit] != '\r'; digit++) {
                    value = head[digit] == ' ' ? value : value * 10 + head[digit] - '0';
                }
                return value;
            }
        }
        return 0;
    }

    /** Whether the last read brought bytes of a body. */
    boolean bodyBegun() {
        return bodyLeft >= 0;
    }

    /** Those bytes, out of the buffer that was read into. */
    ByteBuffer body(ByteBuffer scratch) {
        return scratch.duplicate().position(bodyAt);
    }

    int status() {
        return status;
    }

    /** A header of the last answer. */
    Optional<String> header(String name) {
        return new String(head, 0, headBytes, StandardCharsets.US_ASCII)
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
