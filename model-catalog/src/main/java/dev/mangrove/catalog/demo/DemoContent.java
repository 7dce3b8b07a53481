package dev.mangrove.catalog.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** A model and an application of random bytes: nothing that a cache or a compressor could make small. */
final class DemoContent {
    private static final int WEIGHTS_BYTES = 6_000_000;
    private static final int PROGRAM_BYTES = 2_000_000;

    private final Path folder;
    private final Random random;

    DemoContent(Path folder, long seed) {
        this.folder = folder;
        this.random = new Random(seed);
    }

    /** A folder with weights, their configuration and a card. */
    Path model() throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        write(model.resolve("model.gguf"), WEIGHTS_BYTES);
        Files.writeString(model.resolve("config.json"), "{\"model_type\":\"demo\",\"torch_dtype\":\"float32\"}\n");
        Files.writeString(model.resolve("README.md"), "# Demo\nRandom weights.\n");
        return model;
    }

    /** Files of an application. */
    List<Path> application() throws IOException {
        Path application = Files.createDirectories(folder.resolve("application"));
        return List.of(write(application.resolve("server"), PROGRAM_BYTES));
    }

    private Path write(Path file, int sizeBytes) throws IOException {
        byte[] bytes = new byte[sizeBytes];
        random.nextBytes(bytes);
        return Files.write(file, bytes);
    }
}
