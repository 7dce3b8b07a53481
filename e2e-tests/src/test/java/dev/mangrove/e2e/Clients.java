package dev.mangrove.e2e;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.opentest4j.TestAbortedException;

/**
 * Where the foreign programs are that tests drive. One that is absent skips the test that needs it, by name; with {@code
 * -Dmangrove.clients=required}, as CI sets it, the test fails instead.
 */
final class Clients {
    private Clients() {}

    static boolean required() {
        return "required".equals(System.getProperty("mangrove.clients"));
    }

    /** The program's path; skips or fails the running test when it is not installed. */
    static Path require(String name) {
        return find(name).orElseThrow(() -> absent(name, "`.ci/clients` installs it"));
    }

    /** For engines and mounts; skips or fails the running test for anybody but root. */
    static void requireRoot() {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw absent("the user root", "run the build as root to have this test");
        }
    }

    static Optional<Path> find(String name) {
        for (Path folder : folders()) {
            Path program = folder.resolve(name);
            if (Files.isExecutable(program) && !Files.isDirectory(program)) {
                return Optional.of(program);
            }
        }
        return Optional.empty();
    }

    private static RuntimeException absent(String what, String remedy) {
        String message = what + " is not there; " + remedy;
        if (required()) {
            throw new AssertionError(message + " (-Dmangrove.clients=required)");
        }
        return new TestAbortedException(message);
    }

    /** What was built for the tests wins over what the machine happens to have. */
    private static List<Path> folders() {
        List<Path> folders = new ArrayList<>();
        String built = System.getProperty("mangrove.clients.bin");
        String cache = System.getenv("MANGROVE_CLIENTS");
        if (built != null) {
            folders.add(Path.of(built));
        } else if (cache != null) {
            folders.add(Path.of(cache, "bin"));
        } else { // not user.home, which the build sets to a folder of its own
            folders.add(Path.of(System.getenv().getOrDefault("HOME", "/"), ".cache/mangrove-clients/bin"));
        }
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            if (!folder.isEmpty()) {
                folders.add(Path.of(folder));
            }
        }
        folders.add(Path.of("/usr/sbin"));
        folders.add(Path.of("/sbin"));
        return folders;
    }
}
