package dev.mangrove.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of settings in the documentation says what the program knows. */
class ReferenceTest {
    private static final Path OPERATIONS = Path.of("../docs/operations.md");

    static String row(ConfigKey key) {
        return "| `" + key.name() + "` | " + key.kind().name() + " | "
                + (key.usual().isEmpty() ? "" : "`" + key.usual() + "`") + " | " + key.about() + " |";
    }

    @Test
    void everySettingHasItsRowInOperations() throws IOException {
        List<String> rows = Files.readAllLines(OPERATIONS).stream()
                .filter(line -> line.startsWith("| `") && line.split("\\|", -1).length == 6)
                .toList();
        assertEquals(
                String.join(
                        "\n", ConfigKeys.all().stream().map(ReferenceTest::row).toList()),
                String.join("\n", rows));
    }
}
