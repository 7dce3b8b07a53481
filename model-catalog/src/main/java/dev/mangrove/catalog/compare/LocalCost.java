package dev.mangrove.catalog.compare;

import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.delta.DeltaDecoder;
import dev.mangrove.delta.DeltaFiles;
import dev.mangrove.delta.EncodeOptions;
import dev.mangrove.delta.Inspection;
import dev.mangrove.delta.Progress;
import dev.mangrove.delta.artifact.BlobPair;
import dev.mangrove.delta.artifact.DeltaReport.TensorCost;
import dev.mangrove.delta.io.FileSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** The same for files and folders that were never published: the deltas are really made, and thrown away. */
final class LocalCost {
    private static final int MAX_FILES = 10_000;

    private final EncodeOptions options;
    private final Path scratch;

    /** @param scratch a folder of this comparison's own, for a delta at a time */
    LocalCost(EncodeOptions options, Path scratch) {
        this.options = options;
        this.scratch = scratch;
    }

    /** The cost of every file of {@code target} for whoever has {@code base}; files are paired by their paths. */
    List<FileCost> of(Path base, Path target) throws IOException {
        Map<String, Path> from = files(base);
        Map<String, Path> to = files(target);
        boolean single = !Files.isDirectory(base) && !Files.isDirectory(target);
        List<FileCost> costs = new ArrayList<>();
        try (ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            for (Map.Entry<String, Path> file : to.entrySet()) {
                Path old = single ? base : from.get(file.getKey());
                costs.add(
                        old == null
                                ? full(file.getKey(), file.getValue(), FileCost.Way.FULL)
                                : pair(file.getKey(), old, file.getValue(), threads));
            }
        }
        return costs;
    }

    private static Map<String, Path> files(Path root) throws IOException {
        if (Files.isRegularFile(root)) {
            return Map.of(String.valueOf(root.getFileName()), root);
        }
        Map<String, Path> found = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .limit(MAX_FILES + 1L)
                    .forEach(file -> found.put(root.relativize(file).toString(), file));
        }
        if (found.size() > MAX_FILES) {
            throw new Failure(ExitCode.USAGE, root + " has more than " + MAX_FILES + " files", "name a model's folder");
        }
        return found;
    }

    private static FileCost full(String name, Path file, FileCost.Way way) throws IOException {
        return new FileCost(name, Files.size(file), Files.size(file), way, List.of());
    }

    private FileCost pair(String name, Path base, Path target, ExecutorService threads) throws IOException {
        if (Files.mismatch(base, target) < 0) {
            return new FileCost(name, Files.size(target), 0, FileCost.Way.SAME, List.of());
        }
        if (Math.min(Files.size(base), Files.size(target)) < BlobPair.MIN_BYTES) {
            return full(name, target, FileCost.Way.FULL); // no delta is made of such files
        }
        Path delta = scratch.resolve("delta");
        try {
            long bytes = DeltaFiles.make(List.of(base), target, delta, options, threads, Progress.NONE)
                    .deltaBytes();
            if (bytes >= Files.size(target)) {
                return full(name, target, FileCost.Way.FULL_ANYWAY);
            }
            return new FileCost(name, Files.size(target), bytes, FileCost.Way.DELTA, tensors(delta));
        } finally {
            Files.deleteIfExists(delta);
        }
    }

    private static List<TensorCost> tensors(Path delta) throws IOException {
        Map<String, TensorCost> costs = new TreeMap<>();
        try (FileSource source = FileSource.open(delta)) {
            for (Inspection.Part part :
                    Inspection.of(DeltaDecoder.open(source).front()).parts()) {
                String name = part.region().name();
                if (!name.isEmpty()) {
                    costs.merge(name, cost(part), LocalCost::sum);
                }
            }
        }
        return costs.values().stream()
                .sorted(Comparator.comparingLong(TensorCost::deltaBytes).reversed())
                .toList();
    }

    private static TensorCost cost(Inspection.Part part) {
        String mode = part.modes().entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(most -> most.getKey().name().toLowerCase(Locale.ROOT))
                .orElse("copy");
        return new TensorCost(
                part.region().name(), mode, part.region().range().length(), Math.round(part.deltaBytes()));
    }

    private static TensorCost sum(TensorCost one, TensorCost other) {
        return new TensorCost(
                one.name(),
                one.rawBytes() >= other.rawBytes() ? one.mode() : other.mode(),
                one.rawBytes() + other.rawBytes(),
                one.deltaBytes() + other.deltaBytes());
    }
}
