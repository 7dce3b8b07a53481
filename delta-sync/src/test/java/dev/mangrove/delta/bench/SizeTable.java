package dev.mangrove.delta.bench;

import dev.mangrove.delta.DeltaDecoder;
import dev.mangrove.delta.DeltaEncoder;
import dev.mangrove.delta.EncodeOptions;
import dev.mangrove.delta.io.ByteSink;
import dev.mangrove.delta.io.ByteSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Sizes of deltas beside those of general tools, in per cent of the target; every delta is applied and compared. */
record SizeTable(ForeignTools tools, PrintStream out) {
    private static final int ALLOWANCE = 64 << 10;

    /** Prints the lines of all pairs whose files are there. */
    void print(List<SizePair> pairs) throws IOException, InterruptedException {
        out.println("| pair | reach | mangrove | no base | bsdiff | xdelta3 | zstd patch | XOR planes | CDC |");
        out.println("|---|---|---|---|---|---|---|---|---|");
        for (SizePair pair : pairs) {
            if (Files.exists(pair.base()) && Files.exists(pair.target())) {
                line(pair);
            }
        }
    }

    /** Prints the line of one pair of files. */
    void line(SizePair pair) throws IOException, InterruptedException {
        byte[] before = Files.readAllBytes(pair.base());
        byte[] after = Files.readAllBytes(pair.target());
        ChunkStore store = new ChunkStore();
        store.add(before);
        double size = after.length;
        List<byte[]> bases = new ArrayList<>(List.of(before));
        long adapterBytes = 0;
        if (pair.adapter().isPresent()) {
            bases.add(Files.readAllBytes(pair.adapter().get()));
            adapterBytes = bases.getLast().length;
        }
        long alone = delta(List.of(), after);
        long delta = delta(bases, after);
        if (delta > alone + ALLOWANCE) {
            throw new IllegalStateException(pair.name() + ": " + delta + " bytes, " + alone + " without the base");
        }
        out.printf(
                Locale.ROOT,
                "| %s | %s | %.3f | %.1f | %s | %s | %s | %.2f | %.1f |%n",
                pair.name(),
                pair.reach(),
                100 * (delta + adapterBytes) / size,
                100 * alone / size,
                percent(tools.bsdiff(pair.base(), pair.target()), size),
                percent(tools.xdelta3(pair.base(), pair.target()), size),
                percent(tools.zstd(pair.base(), pair.target()), size),
                100 * XorPlanes.size(before, after) / size,
                100 * store.add(after) / size);
    }

    private static long delta(List<byte[]> bases, byte[] target) throws IOException {
        List<ByteSource> sources = bases.stream().map(ByteSource::of).toList();
        byte[] delta = new DeltaEncoder(sources, ByteSource.of(target), EncodeOptions.DEFAULT).encodeToBytes();
        ByteArrayOutputStream made = new ByteArrayOutputStream();
        DeltaDecoder.open(ByteSource.of(delta)).apply(sources, ByteSink.of(made));
        if (!Arrays.equals(made.toByteArray(), target)) {
            throw new IllegalStateException("the delta does not give the target");
        }
        return delta.length;
    }

    private static String percent(OptionalLong bytes, double of) {
        return bytes.isEmpty() ? "no result" : String.format(Locale.ROOT, "%.2f", 100 * bytes.getAsLong() / of);
    }
}
