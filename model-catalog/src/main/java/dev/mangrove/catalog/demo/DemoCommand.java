package dev.mangrove.catalog.demo;

import dev.mangrove.cli.Amount;
import dev.mangrove.cli.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mangrove demo}: shows on one machine, in seconds, what Mangrove is for. */
@Command(
        name = "demo",
        description = {
            "Shows on this machine what each hop carries: trains, publishes and pulls a small model.",
            "Then it retrains the model, pulls the change, cuts the site off, and pulls everything once more.",
            "Exits with 0 only if the counters are right."
        })
final class DemoCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--exit", description = "Leaves at once; otherwise the stores are kept until Enter is pressed.")
    private boolean exit;

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("mangrove-demo");
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try (Demo demo = new Demo(folder, err)) {
            List<String> wrong = demo.run();
            out.println();
            out.print(demo.table());
            out.println();
            wrong.forEach(line -> err.println("error: " + line));
            if (wrong.isEmpty()) {
                demo.update().ifPresent(update -> out.println(sentence(update)));
                out.println("Nothing else crossed a link twice; the agent served the rest, cut off as well.");
            }
            if (!exit) {
                err.println("The stores are in " + folder + "; press Enter to stop and remove them.");
                System.in.read();
            }
            return (wrong.isEmpty() ? ExitCode.DONE : ExitCode.ERROR).code();
        } finally {
            remove(folder);
        }
    }

    private static String sentence(DemoStep update) {
        return String.format(
                Locale.ROOT,
                "The retrained model is %s; %s (%.1f %%) crossed the link to the site.",
                Amount.text(update.receivedBytes()),
                Amount.text(update.siteBytes()),
                100.0 * update.siteBytes() / update.receivedBytes());
    }

    private static void remove(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
