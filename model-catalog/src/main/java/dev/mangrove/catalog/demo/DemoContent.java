package dev.mangrove.catalog.demo;

import dev.mangrove.catalog.training.SmallModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** A model that is really trained, then retrained, and an application of random bytes. */
final class DemoContent {
    private static final int PROGRAM_BYTES = 2_000_000;

    private final Path folder;
    private final long seed;
    private final SmallModel model;

    /** Trains the model; takes a second or two. */
    DemoContent(Path folder, long seed) {
        this.folder = folder;
        this.seed = seed;
        this.model = SmallModel.trained(seed);
    }

    /** A folder with the weights as they are now, their configuration and a card. */
    Path model(String version) throws IOException {
        Path files = Files.createDirectories(folder.resolve("model-" + version));
        model.write(files.resolve("model.safetensors"));
        Files.writeString(files.resolve("config.json"), "{\"model_type\":\"demo\",\"torch_dtype\":\"bfloat16\"}\n");
        Files.writeString(files.resolve("README.md"), "# Demo\nPredicts the next character of a sensor's log.\n");
        return files;
    }

    /** What happens to a model every night. */
    void retrain() {
        model.finetune();
    }

    /** Files of an application. */
    List<Path> application() throws IOException {
        Path application = Files.createDirectories(folder.resolve("application"));
        byte[] program = new byte[PROGRAM_BYTES];
        new Random(seed).nextBytes(program);
        return List.of(Files.write(application.resolve("server"), program));
    }
}
