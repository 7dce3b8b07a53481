package dev.mangrove.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.cli.MangroveMain;
import dev.mangrove.cli.Verbs;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Every verb of every module, as the distribution has them. */
class VerbsTest {
    static Stream<List<String>> verbs() {
        CommandLine all = new CommandLine(new Root());
        ServiceLoader.load(Verbs.class).forEach(module -> module.commands().forEach(all::addSubcommand));
        List<List<String>> found = new ArrayList<>();
        collect(all, List.of(), found);
        return found.stream();
    }

    @CommandLine.Command(name = "mangrove")
    private static final class Root {}

    private static void collect(CommandLine line, List<String> path, List<List<String>> found) {
        line.getSubcommands().forEach((name, verb) -> {
            List<String> words = Stream.concat(path.stream(), Stream.of(name)).toList();
            found.add(words);
            collect(verb, words, found);
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("verbs")
    void explainsItself(List<String> verb) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> words = new ArrayList<>(verb);
        words.add("--help");
        int exit =
                MangroveMain.run(words.toArray(String[]::new), new PrintWriter(out, true), new PrintWriter(err, true));
        assertEquals(0, exit, err::toString);
        assertTrue(out.toString().startsWith("Usage: mangrove " + String.join(" ", verb)), out::toString);
    }
}
