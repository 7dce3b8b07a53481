package dev.mangrove.e2e.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Pulls over a number of connections, all driven by the calling thread, so that every server meets the same client. */
final class Pulls {
    private static final int READ_BYTES = 512 * 1024;

    private final int port;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(READ_BYTES);

    Pulls(int port) {
        this.port = port;
    }

    /** What a run did. */
    record Result(long answers, double seconds) {
        double perSecond() {
            return answers / seconds;
        }
    }

    /** Asks for one path again and again on every connection, until {@code seconds} are over; at least once each. */
    Result repeat(String path, int connections, double seconds) throws IOException {
        ByteBuffer request = HttpSocket.get(path);
        long end = System.nanoTime() + (long) (seconds * 1e9);
        return connections == 1 ? alone(request, end) : together(request, connections, end);
    }

    private Result alone(ByteBuffer request, long end) throws IOException {
        try (HttpSocket socket = new HttpSocket(port)) {
            long begun = System.nanoTime();
            long answers = 0;
            do {
                socket.send(request);
                require(socket.await(scratch));
                answers++;
            } while (System.nanoTime() < end);
            return new Result(answers, (System.nanoTime() - begun) / 1e9);
        }
    }

    private Result together(ByteBuffer request, int connections, long end) throws IOException {
        List<HttpSocket> sockets = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                HttpSocket socket = new HttpSocket(port);
                sockets.add(socket);
                socket.channel().configureBlocking(false);
                socket.channel().register(selector, SelectionKey.OP_READ, socket);
            }
            long begun = System.nanoTime();
            for (HttpSocket socket : sockets) {
                socket.begin();
                socket.send(request);
            }
            long answers = 0;
            for (int busy = connections; busy > 0; ) {
                selector.select();
                for (Iterator<SelectionKey> keys = selector.selectedKeys().iterator(); keys.hasNext(); keys.remove()) {
                    HttpSocket socket = (HttpSocket) keys.next().attachment();
                    if (!socket.take(scratch)) {
                        continue;
                    }
                    require(socket.status());
                    answers++;
                    if (System.nanoTime() < end) {
                        socket.begin();
                        socket.send(request);
                    } else {
                        busy--;
                    }
                }
            }
            return new Result(answers, (System.nanoTime() - begun) / 1e9);
        } finally {
            for (HttpSocket socket : sockets) {
                socket.close();
            }
        }
    }

    /** Asks for each path once, one after the other. */
    Result each(List<String> paths) throws IOException {
        try (HttpSocket socket = new HttpSocket(port)) {
            long begun = System.nanoTime();
            for (String path : paths) {
                socket.send(HttpSocket.get(path));
                require(socket.await(scratch));
            }
            return new Result(paths.size(), (System.nanoTime() - begun) / 1e9);
        }
    }

    private static void require(int status) throws IOException {
        if (status != 200) {
            throw new IOException("a pull was answered with " + status);
        }
    }
}
