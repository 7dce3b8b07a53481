package dev.mangrove.delta.command;

import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Bases as a user names them. */
final class Inputs {
    private static final int MAX_FILES = 1024;

    private Inputs() {}

    /** A file is itself; a folder is the weights in it, which is how sharded models are kept. */
    static List<Path> expand(Path base, List<Path> more) throws IOException {
        List<Path> files = new ArrayList<>();
        if (Files.isDirectory(base)) {
            try (Stream<Path> inside = Files.list(base)) {
                files.addAll(inside.filter(Files::isRegularFile)
                        .filter(Inputs::isWeights)
                        .sorted()
                        .toList());
            }
            if (files.isEmpty() || files.size() > MAX_FILES) {
                throw new Failure(
                        ExitCode.USAGE,
                        base + " holds " + files.size() + " files of weights",
                        "name a file, or a folder with 1 to " + MAX_FILES + " files of weights");
            }
        } else {
            files.add(base);
        }
        files.addAll(more);
        return files;
    }

    private static boolean isWeights(Path file) {
        String name = file.getFileName().toString();
        return Stream.of(".safetensors", ".gguf", ".pt", ".pth", ".bin").anyMatch(name::endsWith);
    }
}
