package dev.mangrove.catalog.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.catalog.CatalogRole;
import dev.mangrove.cli.Config;
import dev.mangrove.cli.MangroveMain;
import dev.mangrove.cli.Role;
import dev.mangrove.content.TestTensors;
import dev.mangrove.http.Eventually;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two verbs on files, and against a catalog that makes deltas. */
class CompareCommandsTest {
    private static final int MODEL_BYTES = 2_000_000;
    private static final Pattern TOTAL = Pattern.compile("total .*, ([0-9,]+) bytes");

    @TempDir
    private Path temp;

    private Path first;
    private Path second;

    @BeforeEach
    void makeModels() throws IOException {
        byte[] model = TestTensors.model(1, MODEL_BYTES);
        first = folder("first", model);
        second = folder("second", TestTensors.retrained(model, 2, 0.01));
    }

    private Path folder(String name, byte[] weights) throws IOException {
        Path folder = Files.createDirectory(temp.resolve(name));
        Files.write(folder.resolve("model.safetensors"), weights);
        Files.writeString(folder.resolve("config.json"), "{\"model_type\":\"test\"}");
        return folder;
    }

    private static String run(int expected, Object... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] args = Stream.of(words).map(Object::toString).toArray(String[]::new);
        int exit = MangroveMain.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
        assertEquals(expected, exit, () -> List.of(args) + "\n" + out + err);
        return out.toString();
    }

    private static long total(String printed) {
        Matcher total = TOTAL.matcher(printed);
        assertTrue(total.find(), printed);
        return Long.parseLong(total.group(1).replace(",", ""));
    }

    private static String row(String printed, String begin) {
        return printed.lines()
                .filter(line -> line.startsWith(begin))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void filesAreComparedByMakingTheDelta() {
        String printed = run(0, "diff", first, second, "--fast");
        assertTrue(row(printed, "model.safetensors").endsWith("delta"), printed);
        assertTrue(row(printed, "config.json").endsWith("here already"), printed);
        assertTrue(total(printed) > 0 && total(printed) < MODEL_BYTES / 5, printed);
        assertTrue(run(0, "diff", first, second, "--fast", "--by", "tensor").contains("layer.weight"));
        assertEquals(0, total(run(0, "diff", first, first, "--exit-code")));
        run(8, "diff", first, second, "--fast", "--exit-code");
    }

    @Test
    void aFileThatIsNewOrSmallCostsItself() throws IOException {
        Files.writeString(second.resolve("config.json"), "{}");
        Files.writeString(second.resolve("README.md"), "# new");
        String printed = run(0, "diff", first, second, "--fast");
        assertTrue(row(printed, "config.json").endsWith("full"), printed);
        assertTrue(row(printed, "README.md").endsWith("full"), printed);
    }

    @Test
    void versionsInARegistryAreComparedByTheDeltasThatAreThere() throws IOException {
        try (Role.Running catalog = new CatalogRole()
                .start(Config.of(Map.of(
                        "node", "test",
                        "listen.registry", "127.0.0.1:0",
                        "store.path", temp.resolve("store").toString(),
                        "delta.budget", "100%",
                        "store.reserve", "0B")))) {
            String name = catalog.url().replaceFirst("^http://", "") + "/acme/detector:";
            run(0, "publish", first, name + "1", "--version", "1.0", "-q");
            String digest = run(0, "publish", second, name + "2", "-q").strip();
            Eventually.holds("the catalog makes the delta", () -> row(
                            run(0, "diff", name + "1", name + "2"), "model.safetensors")
                    .endsWith("delta"));
            String update = run(0, "diff", name + "1", name + "2", "--by", "tensor");
            assertTrue(update.contains("layer.weight"), update);
            assertTrue(total(update) < MODEL_BYTES / 5, update);
            assertEquals(0, total(run(0, "diff", name + "2", name + "2")));

            List<String> history = run(0, "history", name + "2").lines().toList();
            assertEquals(3, history.size(), history::toString);
            assertTrue(history.get(1).contains(digest.substring(7, 19)), history::toString);
            assertTrue(history.get(2).startsWith("1.0 "), history::toString);
            assertTrue(history.get(2).endsWith("-"), history::toString);
            run(3, "history", name + "3");
        }
    }
}
