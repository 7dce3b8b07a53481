package dev.mangrove.cli;

import java.util.List;

/**
 * A module's commands, found through {@link java.util.ServiceLoader}. Each is an object annotated with picocli's
 * {@code @Command}, implementing {@code Callable<Integer>} that returns an exit code of {@link ExitCode}.
 */
public interface Verbs {
    List<Object> commands();
}
