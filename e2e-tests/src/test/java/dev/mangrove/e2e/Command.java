package dev.mangrove.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One run of a program to its end. Immutable: every {@code with} returns another one. */
record Command(Path folder, Map<String, String> environment, Duration limit, List<String> words) {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    Command {
        environment = Map.copyOf(environment);
        words = List.copyOf(words);
    }

    static Command in(Path folder, Path program) {
        return new Command(folder, Map.of(), LIMIT, List.of(program.toString()));
    }

    Command with(Object... more) {
        List<String> longer = new ArrayList<>(words);
        for (Object word : more) {
            longer.add(word.toString());
        }
        return new Command(folder, environment, limit, longer);
    }

    Command environment(String key, Object value) {
        Map<String, String> larger = new LinkedHashMap<>(environment);
        larger.put(key, value.toString());
        return new Command(folder, larger, limit, words);
    }

    Command within(Duration other) {
        return new Command(folder, environment, other, words);
    }

    /** Standard output and standard error apart, as the program wrote them. */
    record Finished(Command command, int exit, String output, String errors) {
        /** Fails with everything the program said unless it ended with 0. */
        Finished succeeded() {
            if (exit != 0) {
                throw new AssertionError(this + "\nexpected exit 0");
            }
            return this;
        }

        Finished failed() {
            if (exit == 0) {
                throw new AssertionError(this + "\nexpected another exit code");
            }
            return this;
        }

        String all() {
            return output + errors;
        }

        @Override
        public String toString() {
            return "$ " + String.join(" ", command.words) + "\n" + output + errors + "(exit " + exit + ")";
        }
    }

    Finished run() {
        Path out = null;
        Path err = null;
        try {
            Files.createDirectories(folder);
            // Files, not pipes: nothing can block, and a limit needs no thread.
            out = Files.createTempFile(folder, "out", ".txt");
            err = Files.createTempFile(folder, "err", ".txt");
            ProcessBuilder builder = new ProcessBuilder(words)
                    .directory(folder.toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().keySet().removeIf(key -> key.toLowerCase(Locale.ROOT)
                    .endsWith("_proxy"));
            builder.environment().put("HOME", folder.toString());
            builder.environment().put("NO_COLOR", "1");
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = false;
            try {
                ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            } finally {
                if (!ended) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly().waitFor();
                }
            }
            String output = new String(Files.readAllBytes(out), StandardCharsets.UTF_8);
            String errors = new String(Files.readAllBytes(err), StandardCharsets.UTF_8);
            if (!ended) {
                throw new AssertionError(
                        "$ " + String.join(" ", words) + "\n" + output + errors + "(killed after " + limit + ")");
            }
            return new Finished(this, process.exitValue(), output, errors);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + String.join(" ", words), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + String.join(" ", words), e);
        } finally {
            TestFolder.delete(out);
            TestFolder.delete(err);
        }
    }

    /** Runs, requires exit 0, and returns standard output without the white space around it. */
    String text() {
        return run().succeeded().output().strip();
    }
}
