package dev.mangrove.e2e.bench;

import dev.mangrove.e2e.MangroveProcess;
import dev.mangrove.e2e.TestFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Pushes a blob to a catalog and pulls it through region and agent, once for each size, and prints how much memory each
 * of the three processes took at most. They are started anew for each size, as the launcher starts them.
 *
 * <p>Properties: {@code bench.folder} (must be there; takes three times the largest size), {@code bench.megabytes} (10,
 * 1000, 10000).
 */
public final class MemoryFlat {
    private MemoryFlat() {}

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.println("| blob | process | peak RSS MiB | of it anonymous | heap with garbage | network buffers | MB/s |");
        out.println("|---|---|---|---|---|---|---|");
        for (String megabytes :
                System.getProperty("bench.megabytes", "10,1000,10000").split(",", -1)) {
            Path folder = Files.createTempDirectory(Path.of(System.getProperty("bench.folder")), "memory");
            try {
                measure(folder, Long.parseLong(megabytes.strip()) * 1_000_000, out);
            } finally {
                TestFolder.delete(folder);
            }
        }
    }

    private static void measure(Path folder, long sizeBytes, PrintStream out) throws Exception {
        try (MangroveProcess catalog = MangroveProcess.start("catalog", folder.resolve("catalog"));
                MangroveProcess region = behind(catalog, "region", folder);
                MangroveProcess agent = behind(region, "agent", folder)) {
            List<MangroveProcess> all = List.of(catalog, region, agent);
            List<MemoryPeaks> peaks = all.stream().map(MemoryPeaks::new).toList();
            long begun = System.nanoTime();
            String digest = new LargeBlob(sizeBytes).push(catalog.port());
            long pushed = System.nanoTime();
            new LargeBlob(sizeBytes).pull(agent.port(), digest);
            long pulled = System.nanoTime();
            for (int i = 0; i < all.size(); i++) {
                double seconds = (i == 0 ? pushed - begun : pulled - pushed) / 1e9;
                out.printf(
                        "| %d MB | %s | %s | %.0f |%n",
                        sizeBytes / 1_000_000, all.get(i).role(), peaks.get(i).columns(), sizeBytes / 1e6 / seconds);
            }
        }
    }

    private static MangroveProcess behind(MangroveProcess parent, String role, Path folder) throws IOException {
        return MangroveProcess.start(role, folder.resolve(role), "parents:", "  - url: " + parent.url());
    }
}
