package dev.mangrove.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** Bytes sent to a port as they are, for requests that no HTTP client would send. */
final class RawHttp {
    private static final int READ_LIMIT_MILLIS = 30_000;

    private RawHttp() {}

    /** Sends a request head and returns everything answered until the server closes the connection. */
    static String exchange(int port, String head) {
        return exchange(port, head.getBytes(StandardCharsets.ISO_8859_1));
    }

    static String exchange(int port, byte[] bytes) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(READ_LIMIT_MILLIS);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                socket.getOutputStream().write(bytes);
                socket.getOutputStream().flush();
                InputStream in = socket.getInputStream();
                in.transferTo(answer);
            } catch (SocketTimeoutException e) {
                throw new AssertionError(
                        "nothing more after " + READ_LIMIT_MILLIS + " ms, and before that:\n" + answer, e);
            } catch (IOException resetByTheServer) {
                // What was answered before is what counts.
            }
            return answer.toString(StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends and closes the connection without waiting for an answer. */
    static void sendAndHangUp(int port, byte[] bytes) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code METHOD TARGET} with a close, exactly as given. */
    static String request(int port, String method, String target) {
        return exchange(port, method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    }

    /** The status code of an answer; 0 if the server just hung up. */
    static int status(String answer) {
        return answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : 0;
    }
}
