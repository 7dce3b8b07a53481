package dev.mangrove.e2e.bench;

import dev.mangrove.e2e.MangroveProcess;
import dev.mangrove.e2e.TestFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Eight clients push the same new blob and its manifest at the same moment, round after round, and read both back; every
 * answer has to be the right one. Exits with 1 if one was not.
 *
 * <p>Properties: {@code bench.folder} (must be there), {@code bench.rounds} (10000), {@code bench.clients} (8), {@code
 * bench.seed}, {@code bench.port} (of a registry that is running, to try another one).
 */
public final class ParallelPushes {
    private static final int MAX_BLOB_BYTES = 200_000;
    private static final int MIN_BLOB_BYTES = 100;
    private static final int PROGRESS = 500;
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    private final int clients = Integer.getInteger("bench.clients", 8);
    private final int rounds = Integer.getInteger("bench.rounds", 10_000);
    private final long seed = Long.getLong("bench.seed", 1);
    private final CyclicBarrier start = new CyclicBarrier(clients);
    private final int port;

    private ParallelPushes(int port) {
        this.port = port;
    }

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Integer running = Integer.getInteger("bench.port");
        if (running != null) {
            System.exit(new ParallelPushes(running).run(out) == 0 ? 0 : 1);
        }
        Path folder = Files.createTempDirectory(Path.of(System.getProperty("bench.folder")), "pushes");
        long errors;
        try (MangroveProcess catalog =
                MangroveProcess.start("catalog", folder.resolve("catalog"), "log:", "  level: warn")) {
            errors = new ParallelPushes(catalog.port()).run(out);
        } finally {
            TestFolder.delete(folder);
        }
        System.exit(errors == 0 ? 0 : 1);
    }

    private long run(PrintStream out) throws Exception {
        long begun = System.nanoTime();
        long errors = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            List<Future<Long>> all = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                all.add(threads.submit(this::push));
            }
            for (Future<Long> each : all) {
                errors += each.get();
            }
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        out.printf(
                "%d rounds x %d clients, seed %d: %d errors, %.1f rounds/s (%.0f s)%n",
                rounds, clients, seed, errors, rounds / seconds, seconds);
        return errors;
    }

    /** Every client makes the same content of the same round. */
    private long push() throws Exception {
        long errors = 0;
        Random random = new Random(seed);
        ByteBuffer bytes = ByteBuffer.allocateDirect(MAX_BLOB_BYTES);
        Push push = new Push(port, Contender.REPOSITORY);
        for (int round = 0; round < rounds; round++) {
            byte[] content = new byte[MIN_BLOB_BYTES + random.nextInt(MAX_BLOB_BYTES - MIN_BLOB_BYTES)];
            random.nextBytes(content);
            bytes.clear().put(content).flip();
            if (start.await() == 0 && round > 0 && round % PROGRESS == 0) {
                System.err.println(round + " rounds");
            }
            try {
                round(push, round, bytes);
            } catch (IOException e) {
                errors++;
                System.err.println("round " + round + ": " + e.getMessage());
                push.close();
                push = new Push(port, Contender.REPOSITORY);
            }
        }
        push.close();
        return errors;
    }

    private static void round(Push push, int round, ByteBuffer bytes) throws IOException {
        String digest = Push.digest(bytes);
        String blob = "{\"mediaType\":\"application/octet-stream\",\"size\":" + bytes.remaining() + ",\"digest\":\""
                + digest + "\"}";
        ByteBuffer manifest = HttpSocket.encode("{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST + "\",\"config\":"
                + blob + ",\"layers\":[" + blob + "]}");
        push.blob(bytes, digest);
        push.requirePulled("/blobs/" + digest, digest);
        push.manifest("round-" + round, MANIFEST, manifest);
        push.requirePulled("/manifests/round-" + round, Push.digest(manifest));
    }
}
