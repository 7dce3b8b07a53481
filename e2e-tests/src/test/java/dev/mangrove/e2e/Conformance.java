package dev.mangrove.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The conformance program of the distribution specification. What it says is read from its standard output: its junit file
 * has no failures an ordinary reader would see, it ends with 0 after a bad setting, and after a read-only run it crashes
 * when it writes its other reports.
 */
final class Conformance {
    private static final Duration LIMIT = Duration.ofMinutes(40);

    private Conformance() {}

    record Result(int pass, int fail, int skip, int disabled, int error, int total, String text) {
        boolean allPassed() {
            return total > 0 && fail == 0 && skip == 0 && error == 0;
        }

        String row(String what) {
            return "| %s | %d | %d | %d | %d | %d | %d |%n".formatted(what, pass, fail, skip, disabled, error, total);
        }

        /** The tests that did not pass, with what the program says about them. */
        String failures() {
            StringBuilder failures = new StringBuilder();
            List<String> lines = text.lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (line.contains("OCI Conformance Test/")
                        && (line.endsWith(": FAIL") || line.endsWith(": Skip") || line.endsWith(": Error"))) {
                    failures.append(line.strip()).append('\n');
                    while (i + 1 < lines.size()
                            && !lines.get(i + 1).contains("OCI Conformance Test/")
                            && !lines.get(i + 1).isBlank()) {
                        failures.append("    ").append(lines.get(++i).strip()).append('\n');
                    }
                }
            }
            return failures.toString();
        }

        @Override
        public String toString() {
            return row("result").strip() + "\n" + failures();
        }
    }

    /** Everything the specification and its next version know, with images whose parts were never pushed. */
    static Result everything(Face face) {
        try (TestFolder folder = TestFolder.create()) {
            return run(program(folder, face)
                    .environment("OCI_VERSION", "dev")
                    .environment("OCI_REPO1", "conformance/one")
                    .environment("OCI_REPO2", "conformance/two")
                    .environment("OCI_DATA_SPARSE", "true"));
        }
    }

    /**
     * Only what reads. Without the three settings about deletion the program deletes the data it was given to read; with
     * the version "dev" it would say of every manifest that it has no digest header, whatever was answered.
     */
    static Result readOnly(
            Face face,
            String repository,
            List<String> tags,
            List<String> manifests,
            List<String> blobs,
            List<String> referrers) {
        try (TestFolder folder = TestFolder.create()) {
            return run(program(folder, face)
                    .environment("OCI_VERSION", "1.1")
                    .environment("OCI_REPO1", repository)
                    .environment("OCI_REPO2", repository + "-other")
                    .environment("OCI_API_PUSH", "false")
                    .environment("OCI_API_MANIFESTS_DELETE", "false")
                    .environment("OCI_API_BLOBS_DELETE", "false")
                    .environment("OCI_API_TAGS_DELETE", "false")
                    .environment("OCI_RO_DATA_TAGS", String.join(" ", tags))
                    .environment("OCI_RO_DATA_MANIFESTS", String.join(" ", manifests))
                    .environment("OCI_RO_DATA_BLOBS", String.join(" ", blobs))
                    .environment("OCI_RO_DATA_REFERRERS", String.join(" ", referrers)));
        }
    }

    private static Command program(TestFolder folder, Face face) {
        Path results = folder.folder("results");
        return Command.in(folder.path(), Clients.require("conformance"))
                .within(LIMIT)
                .environment("OCI_REGISTRY", face.address())
                .environment("OCI_TLS", "disabled")
                .environment("OCI_USERNAME", "")
                .environment("OCI_PASSWORD", "")
                .environment("OCI_RESULTS_DIR", results);
    }

    private static Result run(Command command) {
        Command.Finished finished = command.run();
        String text = finished.output();
        if (!text.contains("OCI Conformance Result:")) {
            throw new AssertionError("the conformance program gave no result\n" + finished);
        }
        return new Result(
                count(text, "Pass"),
                count(text, "FAIL"),
                count(text, "Skip"),
                count(text, "Disabled"),
                count(text, "Error"),
                count(text, "Total"),
                text);
    }

    private static int count(String text, String title) {
        Matcher line = Pattern.compile("(?m)^ {2}" + title + "\\.+: +([0-9]+)$")
                .matcher(text.substring(text.indexOf("OCI Conformance Result:")));
        if (!line.find()) {
            throw new AssertionError("no line for " + title + " in\n" + text);
        }
        return Integer.parseInt(line.group(1));
    }
}
