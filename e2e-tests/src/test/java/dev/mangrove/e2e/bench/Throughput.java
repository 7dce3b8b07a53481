package dev.mangrove.e2e.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Compares the catalog with Debian's docker-registry and nginx, and a region with docker-registry as a pull-through cache,
 * on the same bytes, in one run, in rounds that take turns; prints tables in Markdown.
 *
 * <p>Properties: {@code bench.folder} (where the stores are; must be there), {@code bench.rounds} (5), {@code
 * bench.seconds} for each pull case (2), {@code bench.only} (hot, push, cold, fill: the
 * cold pulls alone, or least: a large cold pull beside the least a verifying cache can do), {@code
 * bench.kib} (1,1024,102400: the sizes).
 */
public final class Throughput {
    private static final int KIB = 1024;
    private static final int MIB = 1024 * 1024;
    private static final int[] CONNECTIONS = {1, 64};
    private static final int SMALL_COLD = 50;
    private static final int LARGE_COLD = 5;

    private final int[] sizes = Stream.of(
                    System.getProperty("bench.kib", "1,1024,102400").split(",", -1))
            .mapToInt(kib -> Integer.parseInt(kib.strip()) * KIB)
            .toArray();
    private final int rounds = Integer.getInteger("bench.rounds", 5);
    private final double seconds = Double.parseDouble(System.getProperty("bench.seconds", "2"));
    private final String only = System.getProperty("bench.only", "");
    private final Random random = new Random(4711);
    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final List<AutoCloseable> started = new ArrayList<>();

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory(Path.of(System.getProperty("bench.folder")), "bench");
        Throughput bench = new Throughput();
        try {
            bench.run(new Contenders(folder));
        } finally {
            for (AutoCloseable each : bench.started.reversed()) {
                each.close();
            }
            dev.mangrove.e2e.TestFolder.delete(folder);
        }
    }

    private <T extends AutoCloseable> T add(T part) {
        started.add(part);
        return part;
    }

    private void run(Contenders contenders) throws Exception {
        Contender catalog = add(contenders.catalog());
        if (only.equals("least")) {
            least(catalog, contenders);
            return;
        }
        Contender registry = add(contenders.dockerRegistry());
        if (!only.equals("cold") && !only.equals("fill")) {
            Contender nginx = add(contenders.nginx());
            List<Contender> all = List.of(catalog, registry, nginx);
            if (!only.equals("push")) {
                hot("Pulls from the authority", all, contenders.nginxData());
            }
            if (!only.equals("hot")) {
                push(List.of(catalog, registry));
            }
        }
        if (!only.equals("hot") && !only.equals("push")) {
            Contender region = add(contenders.region(catalog.port()));
            Contender proxy = add(contenders.dockerRegistryProxy(catalog.port()));
            cold(catalog, List.of(region, proxy));
        }
    }

    private ByteBuffer content(int sizeBytes) {
        byte[] bytes = new byte[sizeBytes];
        random.nextBytes(bytes);
        return ByteBuffer.allocateDirect(sizeBytes).put(bytes).flip();
    }

    private void hot(String title, List<Contender> all, Path nginxData) throws Exception {
        Comparison table = new Comparison(title, all, out);
        for (int size : sizes) {
            ByteBuffer bytes = content(size);
            String digest = Push.digest(bytes);
            for (Contender each : all) {
                if (each.name().equals("nginx")) {
                    write(nginxData.resolve(digest.substring(digest.indexOf(':') + 1)), bytes);
                } else {
                    try (Push push = new Push(each.port(), Contender.REPOSITORY)) {
                        push.blob(bytes, digest);
                    }
                }
            }
            for (int connections : CONNECTIONS) {
                measure(table, "pull " + named(size) + ", " + connections(connections), all, size, each -> new Pulls(
                                each.port())
                        .repeat(each.pathOf().blob(digest), connections, seconds));
            }
        }
        table.print();
    }

    private void push(List<Contender> all) throws Exception {
        Comparison table = new Comparison("Pushes of new blobs, POST + PATCH + PUT", all, out);
        for (int size : sizes) {
            int count = size == 100 * MIB ? 1 : 50;
            measure(table, "push " + named(size) + ", 1 connection", all, size, each -> pushNew(each, size, count));
        }
        table.print();
    }

    private Pulls.Result pushNew(Contender to, int size, int count) throws IOException {
        List<ByteBuffer> blobs = new ArrayList<>();
        List<String> digests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            blobs.add(content(size));
            digests.add(Push.digest(blobs.get(i)));
        }
        try (Push push = new Push(to.port(), Contender.REPOSITORY)) {
            long begun = System.nanoTime();
            for (int i = 0; i < count; i++) {
                push.blob(blobs.get(i), digests.get(i));
            }
            return new Pulls.Result(count, (System.nanoTime() - begun) / 1e9);
        }
    }

    /** Every round pulls blobs that neither cache has seen; then the same again, hot. */
    private void cold(Contender upstream, List<Contender> caches) throws Exception {
        Comparison table = new Comparison("Pull-through, the catalog as upstream of both", caches, out);
        for (int size : sizes) {
            boolean large = size == 100 * MIB;
            int count = large ? 1 : SMALL_COLD;
            for (int connections : large ? new int[] {1, 8} : new int[] {1}) {
                String what = named(size) + ", " + connections(connections);
                measureFresh(table, "cold pull " + what, upstream, caches, size, count, connections);
            }
            if (large) { // what is left to do when a reader has gone is in the way of the next
                String what = LARGE_COLD + " of " + named(size) + " one after the other";
                measureFresh(table, "cold pulls, " + what, upstream, caches, size, LARGE_COLD, 1);
            }
            if (only.equals("fill")) {
                continue;
            }
            String digest = push(upstream, size);
            for (Contender each : caches) {
                new Pulls(each.port()).each(List.of(each.pathOf().blob(digest)));
            }
            for (int connections : CONNECTIONS) {
                String what = named(size) + ", " + connections(connections);
                measure(table, "hot pull " + what, caches, size, each -> new Pulls(each.port())
                        .repeat(each.pathOf().blob(digest), connections, seconds));
            }
        }
        table.print();
    }

    private void least(Contender upstream, Contenders contenders) throws Exception {
        List<Contender> caches = List.of(
                add(contenders.region(upstream.port())),
                add(contenders.dockerRegistryProxy(upstream.port())),
                add(contenders.leastCache(upstream.port())));
        Comparison table = new Comparison("Pull-through, and the least of it", caches, out);
        measureFresh(table, "cold pull 100 MiB, 1 connection", upstream, caches, 100 * MIB, 1, 1);
        table.print();
    }

    private void measureFresh(
            Comparison table,
            String title,
            Contender upstream,
            List<Contender> caches,
            int size,
            int count,
            int connections)
            throws Exception {
        Comparison.Row row = table.row(title, size);
        for (int round = 0; round <= rounds; round++) {
            List<String> digests = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                digests.add(push(upstream, size));
            }
            for (Contender each : caches) {
                double cpu = each.cpuSeconds();
                Pulls.Result result;
                if (connections == 1) {
                    result = new Pulls(each.port())
                            .each(digests.stream().map(each.pathOf()::blob).toList());
                } else {
                    result = new Pulls(each.port()).repeat(each.pathOf().blob(digests.getFirst()), connections, 0);
                }
                if (round > 0) {
                    row.add(each, result, each.cpuSeconds() - cpu);
                }
            }
        }
    }

    private String push(Contender to, int size) throws IOException {
        ByteBuffer bytes = content(size);
        String digest = Push.digest(bytes);
        try (Push push = new Push(to.port(), Contender.REPOSITORY)) {
            push.blob(bytes, digest);
        }
        return digest;
    }

    /** One way to load a server. */
    @FunctionalInterface
    private interface Load {
        Pulls.Result on(Contender each) throws IOException;
    }

    /** The first round warms up and does not count. */
    private void measure(Comparison table, String title, List<Contender> all, int size, Load load) throws IOException {
        Comparison.Row row = table.row(title, size);
        for (int round = 0; round <= rounds; round++) {
            for (Contender each : all) {
                double cpu = each.cpuSeconds();
                Pulls.Result result = load.on(each);
                if (round > 0) {
                    row.add(each, result, each.cpuSeconds() - cpu);
                }
            }
        }
    }

    private static void write(Path file, ByteBuffer bytes) throws IOException {
        try (var channel = java.nio.channels.FileChannel.open(
                file, java.nio.file.StandardOpenOption.CREATE_NEW, java.nio.file.StandardOpenOption.WRITE)) {
            ByteBuffer left = bytes.duplicate();
            while (left.hasRemaining()) {
                channel.write(left);
            }
        }
    }

    private static String named(int size) {
        return size >= MIB ? size / MIB + " MiB" : size / KIB + " KiB";
    }

    private static String connections(int count) {
        return count == 1 ? "1 connection" : count + " connections";
    }
}
