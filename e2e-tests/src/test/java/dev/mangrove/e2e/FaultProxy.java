package dev.mangrove.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/**
 * Stands on loopback in front of a plain-HTTP server and does to chosen requests what networks and foreign registries do
 * to them. It also records what was asked, which is how a test knows what went over a link and with which credentials.
 *
 * <p>One connection carries one request: {@code Connection: close} is added in both directions, so that the end of a body
 * is the end of a connection and nothing needs to be parsed but the two heads. One virtual thread per connection reads the
 * request and copies the answer; a second one copies the request's body.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int HEAD_LIMIT = 64 * 1024;
    private static final int TLS_HANDSHAKE = 0x16;
    private static final int BUFFER = 16 * 1024;

    /** What a client asked; header names are in lower case, several values are joined by a comma. */
    record Request(String method, String target, Map<String, String> headers) {
        Request {
            headers = Map.copyOf(headers);
        }

        boolean isBlob() {
            return target.contains("/blobs/sha") && !target.contains("/uploads/");
        }

        boolean isManifest() {
            return target.contains("/manifests/");
        }

        boolean isGet() {
            return method.equals("GET");
        }

        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }

    private record Rule(Predicate<Request> applies, Fault fault, AtomicInteger left) {}

    private final ServerSocket server;
    private volatile int target;
    private volatile Optional<LinkRate> rate = Optional.empty();
    private volatile boolean down;
    private volatile boolean closed;
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final LongAdder answeredBytes = new LongAdder();

    private FaultProxy(int target, ServerSocket server) {
        this.target = target;
        this.server = server;
        Thread.ofVirtual().name("fault-proxy-" + port()).start(this::accept);
    }

    /** A proxy on a port of its own in front of the server on {@code 127.0.0.1:target}. */
    public static FaultProxy inFrontOf(int target) {
        return inFrontOf(target, "127.0.0.1");
    }

    /** The same on another loopback address: another host, as far as credentials are concerned. */
    static FaultProxy inFrontOf(int target, String host) {
        try {
            return new FaultProxy(target, new ServerSocket(0, 256, InetAddress.getByName(host)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    String address() {
        return server.getInetAddress().getHostAddress() + ":" + port();
    }

    String url() {
        return "http://" + address();
    }

    /** The first rule that applies wins; a rule is forgotten after it was used {@code times} times. */
    FaultProxy on(Predicate<Request> applies, Fault fault, int times) {
        rules.add(new Rule(applies, fault, new AtomicInteger(times)));
        return this;
    }

    FaultProxy always(Predicate<Request> applies, Fault fault) {
        return on(applies, fault, Integer.MAX_VALUE);
    }

    FaultProxy forgetRules() {
        rules.clear();
        return this;
    }

    /** The link is cut: connections are closed, new ones too, until it is {@link #restore restored}. */
    void cutLink() {
        down = true;
        open.forEach(FaultProxy::closeQuietly);
    }

    void restore() {
        down = false;
    }

    /** From now on all answers together come at most this fast; 0: as fast as they can. */
    public void limitTo(long bitsPerSecond) {
        rate = bitsPerSecond == 0 ? Optional.empty() : Optional.of(new LinkRate(bitsPerSecond));
    }

    void pointTo(int otherTarget) {
        target = otherTarget;
    }

    /** Bytes of answers that were passed on, heads included: what the link carried towards the client. */
    public long answeredBytes() {
        return answeredBytes.sum();
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    long count(Predicate<Request> wanted) {
        return requests.stream().filter(wanted).count();
    }

    void forgetRequests() {
        requests.clear();
    }

    @Override
    public void close() {
        closed = true;
        closeQuietly(server);
        open.forEach(FaultProxy::closeQuietly);
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = server.accept();
                if (down) {
                    closeQuietly(client);
                    continue;
                }
                open.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                if (!closed) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            InputStream in = client.getInputStream();
            byte[] head = readHead(in);
            if (head.length > 0) {
                Request request = parse(head);
                requests.add(request);
                serve(client, in, head, request);
            }
        } catch (IOException expectedWhenAPeerLeaves) {
            // The other side sees the same end of the connection; there is nobody to tell.
        } finally {
            open.remove(client);
        }
    }

    private void serve(Socket client, InputStream in, byte[] head, Request request) throws IOException {
        OutputStream out = client.getOutputStream();
        Fault fault = faultFor(request);
        switch (fault) {
            case Fault.Hangup() -> client.setSoLinger(true, 0);
            case Fault.Silence() -> in.transferTo(OutputStream.nullOutputStream());
            case Fault.Answer(int status, Map<String, String> headers, String body) ->
                answer(client, out, status, headers, body);
            case Fault.RedirectTo(String base) ->
                answer(client, out, 307, Map.of("Location", base + request.target()), "");
            default -> forward(client, in, out, head, fault);
        }
    }

    private Fault faultFor(Request request) {
        for (Rule rule : rules) {
            if (rule.applies().test(request) && rule.left().getAndDecrement() > 0) {
                return rule.fault();
            }
        }
        return new Fault.None();
    }

    private static void answer(Socket client, OutputStream out, int status, Map<String, String> headers, String body)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Made by the test\r\n");
        new TreeMap<>(headers).forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        head.append("Content-Length: " + bytes.length + "\r\nConnection: close\r\n\r\n");
        out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        out.write(bytes);
        out.flush();
        client.shutdownOutput();
    }

    private void forward(Socket client, InputStream in, OutputStream out, byte[] head, Fault fault) throws IOException {
        try (Socket upstream = new Socket()) {
            open.add(upstream);
            upstream.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 5_000);
            upstream.setTcpNoDelay(true);
            OutputStream up = upstream.getOutputStream();
            up.write(requestHead(head, fault));
            up.flush();
            // Ends when the client's socket is closed; interrupting it would close that socket too early.
            Thread.ofVirtual().start(() -> {
                try {
                    in.transferTo(up);
                } catch (IOException endOfTheExchange) {
                    closeQuietly(upstream);
                }
            });
            try {
                InputStream down = upstream.getInputStream();
                byte[] answer = readHead(down);
                // An interim answer (100 Continue) is passed on, and the real one follows it.
                while (answer.length > 0 && new String(answer, StandardCharsets.ISO_8859_1).startsWith("HTTP/1.1 1")) {
                    out.write(answer);
                    out.flush();
                    answer = readHead(down);
                }
                byte[] passedOn = answerHead(answer, fault);
                carry(passedOn.length);
                out.write(passedOn);
                out.flush();
                copyBody(client, down, out, fault);
            } finally {
                closeQuietly(upstream);
                open.remove(upstream);
            }
        }
    }

    private void copyBody(Socket client, InputStream from, OutputStream to, Fault fault) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long sent = 0;
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            if (fault instanceof Fault.CutBody(long after) && sent + read > after) {
                to.write(buffer, 0, (int) (after - sent));
                to.flush();
                break;
            }
            if (fault instanceof Fault.FlipByte(long offset) && offset >= sent && offset < sent + read) {
                buffer[(int) (offset - sent)] ^= 1;
            }
            int before = 0;
            if (fault instanceof Fault.HoldAfter(long held, CountDownLatch rest) && sent + read > held) {
                before = (int) Math.max(0, held - sent);
                pass(to, buffer, 0, before);
                await(rest);
            }
            pass(to, buffer, before, read - before);
            sent += read;
        }
        client.shutdownOutput();
    }

    private void pass(OutputStream to, byte[] buffer, int offset, int length) throws IOException {
        carry(length);
        to.write(buffer, offset, length);
        to.flush();
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    private void carry(int bytes) {
        answeredBytes.add(bytes);
        rate.ifPresent(limit -> limit.carry(bytes));
    }

    private static byte[] requestHead(byte[] head, Fault fault) {
        List<String> lines = lines(head);
        lines.removeIf(line -> isHeader(line, "connection"));
        if (fault instanceof Fault.IgnoreRange) {
            lines.removeIf(line -> isHeader(line, "range"));
        }
        lines.add("Connection: close");
        return join(lines);
    }

    private static byte[] answerHead(byte[] head, Fault fault) {
        List<String> lines = lines(head);
        lines.removeIf(line -> isHeader(line, "connection"));
        switch (fault) {
            case Fault.LieAboutLength(long difference) ->
                lines.replaceAll(line -> isHeader(line, "content-length")
                        ? "Content-Length: "
                                + (Long.parseLong(line.substring(line.indexOf(':') + 1)
                                                .strip())
                                        + difference)
                        : line);
            case Fault.Header(String name, String value) -> {
                lines.removeIf(line -> isHeader(line, name));
                if (!value.isEmpty()) {
                    lines.add(name + ": " + value);
                }
            }
            default -> {
                // The other faults leave the head alone.
            }
        }
        lines.add("Connection: close");
        return join(lines);
    }

    private static boolean isHeader(String line, String name) {
        return line.regionMatches(true, 0, name + ":", 0, name.length() + 1);
    }

    private static List<String> lines(byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        return new ArrayList<>(List.of(text.strip().split("\r\n", -1)));
    }

    private static byte[] join(List<String> lines) {
        return (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Request parse(byte[] head) {
        List<String> lines = lines(head);
        String[] start = lines.getFirst().split(" ", 3);
        Map<String, String> headers = new TreeMap<>();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.merge(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip(),
                        (one, other) -> one + ", " + other);
            }
        }
        return new Request(start[0], start.length > 1 ? start[1] : "", headers);
    }

    /** Up to and with the empty line; empty when the connection ended before anything came. */
    private static byte[] readHead(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream(1024);
        int end = 0; // how much of \r\n\r\n was seen
        while (end < 4) {
            int read = in.read();
            if (read < 0 || (read == TLS_HANDSHAKE && head.size() == 0)) {
                return new byte[0]; // a client that tries https first goes on with http when it is hung up on
            }
            head.write(read);
            end = read == (end % 2 == 0 ? '\r' : '\n') ? end + 1 : read == '\r' ? 1 : 0;
            if (head.size() > HEAD_LIMIT) {
                throw new IOException("a head of more than " + HEAD_LIMIT + " bytes");
            }
        }
        return head.toByteArray();
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception alreadyClosed) {
            // Closing is all that was wanted.
        }
    }
}
