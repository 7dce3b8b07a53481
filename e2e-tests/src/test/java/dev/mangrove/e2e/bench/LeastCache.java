package dev.mangrove.e2e.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The least that a cache can do which keeps what it passes on and lets nobody have the end of it before the digest is right:
 * receive, hash, write to the page cache, sendfile. No second reader, no ranges, no leaf hashes, no sync, no errors, no
 * limits. It is not a cache for anybody; it says how fast one could be on the machine at hand.
 *
 * <p>Arguments: port, upstream's port, folder.
 */
final class LeastCache {
    private static final int PIECE_BYTES = 1024 * 1024;
    private static final int HELD_BACK_BYTES = 64 * 1024;
    private static final int PIECES = 8;

    private final InetSocketAddress upstream;
    private final Path folder;
    private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(PIECES);
    private final ExecutorService hashing = Executors.newSingleThreadExecutor();

    private LeastCache(int upstreamPort, Path folder) {
        this.upstream = new InetSocketAddress(InetAddress.getLoopbackAddress(), upstreamPort);
        this.folder = folder;
        for (int i = 0; i < PIECES; i++) {
            free.add(ByteBuffer.allocateDirect(PIECE_BYTES));
        }
    }

    public static void main(String[] args) throws Exception {
        LeastCache cache = new LeastCache(Integer.parseInt(args[1]), Path.of(args[2]));
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])));
            while (true) {
                try (SocketChannel client = server.accept()) {
                    client.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    cache.serve(client);
                }
            }
        }
    }

    private void serve(SocketChannel client) throws Exception {
        try (SocketChannel source = SocketChannel.open(upstream)) {
            ByteBuffer head = ByteBuffer.allocate(64 * 1024);
            for (String request = head(client, head); !request.isEmpty(); request = head(client, head)) {
                head.clear();
                source.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
                String path = request.substring(0, request.indexOf(" HTTP/"));
                pass(source, client, path.substring(path.lastIndexOf(':') + 1));
            }
        }
    }

    /** Reads a head, empty at the end of the connection; bytes behind it stay in the buffer, ready to be read. */
    private static String head(SocketChannel from, ByteBuffer buffer) throws IOException {
        buffer.clear();
        while (from.read(buffer) >= 0) {
            String text = StandardCharsets.ISO_8859_1
                    .decode(buffer.duplicate().flip())
                    .toString();
            int end = text.indexOf("\r\n\r\n");
            if (end >= 0) {
                buffer.flip().position(end + 4);
                return text.substring(0, end + 4);
            }
        }
        return "";
    }

    private void pass(SocketChannel source, SocketChannel client, String hex) throws Exception {
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        String head = head(source, buffer);
        String length = head.toLowerCase(Locale.ROOT).split("content-length: ", 2)[1];
        long sizeBytes = Long.parseLong(length.substring(0, length.indexOf('\r')));
        write(client, ByteBuffer.wrap(head.getBytes(StandardCharsets.ISO_8859_1)));
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        Path path = folder.resolve(hex);
        try (FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long at = 0;
            long sent = 0;
            Future<?> hashed = hashing.submit(() -> {});
            while (at < sizeBytes) {
                ByteBuffer piece = free.take().clear();
                piece.put(buffer).limit((int) Math.min(PIECE_BYTES, sizeBytes - at));
                while (piece.hasRemaining()) {
                    source.read(piece);
                }
                piece.flip();
                ByteBuffer same = piece.duplicate();
                hashed = hashing.submit(() -> {
                    digest.update(same);
                    free.add(piece);
                });
                at += write(file, piece.duplicate());
                sent = send(file, sent, Math.min(at, sizeBytes - HELD_BACK_BYTES), client);
            }
            hashed.get();
            if (!HexFormat.of().formatHex(digest.digest()).equals(hex)) {
                throw new IOException(hex + " is not what the upstream sent");
            }
            send(file, sent, sizeBytes, client);
        }
    }

    private static int write(WritableByteChannel to, ByteBuffer bytes) throws IOException {
        int count = bytes.remaining();
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
        return count;
    }

    private static long send(FileChannel file, long from, long to, SocketChannel client) throws IOException {
        long at = from;
        while (at < to) {
            at += file.transferTo(at, to - at, client);
        }
        return at;
    }
}
