package dev.mangrove.e2e.bench;

import dev.mangrove.e2e.FaultProxy;
import dev.mangrove.e2e.TestFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Cold pulls of one client through a region, and through Debian's docker-registry as a pull-through cache, each behind a
 * link of its own to the same catalog. Prints how long the client waited and what the link carried until it was silent.
 *
 * <p>Properties: {@code bench.folder} (where the stores are; must be there), {@code bench.megabits} (per second, 200), {@code
 * bench.rounds} (3), {@code bench.kib} (size of the blob, 102400).
 */
public final class ColdOverLink {
    private static final long BITS_PER_SECOND = Long.getLong("bench.megabits", 200) * 1_000_000;
    private static final long SILENCE_NANOS = 2_000_000_000L;
    private static final int BLOB_BYTES = Integer.getInteger("bench.kib", 102400) * 1024;

    private final Random random = new Random(4711);
    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    /** A cache and its link. */
    private record Behind(Contender cache, FaultProxy link) {}

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory(Path.of(System.getProperty("bench.folder")), "bench");
        try {
            new ColdOverLink().run(new Contenders(folder));
        } finally {
            TestFolder.delete(folder);
        }
    }

    private void run(Contenders contenders) throws Exception {
        try (Contender catalog = contenders.catalog();
                FaultProxy one = link(catalog);
                FaultProxy other = link(catalog);
                Contender region = contenders.region(one.port());
                Contender registry = contenders.dockerRegistryProxy(other.port())) {
            out.printf(
                    Locale.ROOT,
                    "| cold pull of %.0f MB over %d Mbit/s | seconds | x the link's own | bytes over the link, x the blob |%n",
                    BLOB_BYTES / 1e6,
                    BITS_PER_SECOND / 1_000_000);
            out.println("|---|---|---|---|");
            for (int round = 0; round < Integer.getInteger("bench.rounds", 3); round++) {
                String digest = push(catalog);
                pull(new Behind(region, one), digest);
                pull(new Behind(registry, other), digest);
            }
        }
    }

    private static FaultProxy link(Contender catalog) {
        FaultProxy link = FaultProxy.inFrontOf(catalog.port());
        link.limitTo(BITS_PER_SECOND);
        return link;
    }

    private String push(Contender to) throws IOException {
        byte[] bytes = new byte[BLOB_BYTES];
        random.nextBytes(bytes);
        ByteBuffer content = ByteBuffer.allocateDirect(BLOB_BYTES).put(bytes).flip();
        String digest = Push.digest(content);
        try (Push push = new Push(to.port(), Contender.REPOSITORY)) {
            push.blob(content, digest);
        }
        return digest;
    }

    private void pull(Behind behind, String digest) throws IOException {
        long before = behind.link().answeredBytes();
        Contender cache = behind.cache();
        Pulls.Result result =
                new Pulls(cache.port()).each(List.of(cache.pathOf().blob(digest)));
        awaitSilence(behind.link());
        out.printf(
                Locale.ROOT,
                "| %s | %.2f | %.2f | %.2f |%n",
                cache.name(),
                result.seconds(),
                result.seconds() * BITS_PER_SECOND / 8 / BLOB_BYTES,
                (double) (behind.link().answeredBytes() - before) / BLOB_BYTES);
    }

    private static void awaitSilence(FaultProxy link) {
        for (long carried = -1; carried != link.answeredBytes(); ) {
            carried = link.answeredBytes();
            LockSupport.parkNanos(SILENCE_NANOS);
        }
    }
}
