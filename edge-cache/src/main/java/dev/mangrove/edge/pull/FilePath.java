package dev.mangrove.edge.pull;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The path of a file inside an artifact, as an annotation tells it: relative, with slashes, nothing that leads out of the
 * folder it is laid into or that means something else to some file system.
 */
record FilePath(String value) {
    private static final int MAX_BYTES = 1024;
    private static final int MAX_PART_BYTES = 255;
    private static final int MAX_PARTS = 32;

    /** Control characters and what Windows takes for a separator, a stream or a drive. */
    private static final Pattern FORBIDDEN = Pattern.compile("[\\p{Cntrl}\\\\:]");

    FilePath {
        List<String> parts = List.of(value.split("/", -1));
        boolean fits = value.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES && parts.size() <= MAX_PARTS;
        if (!fits || !parts.stream().allMatch(FilePath::isName)) {
            throw new IllegalArgumentException("unsafe path");
        }
        if (parts.getFirst().equals(Workplace.FOLDER)) {
            throw new IllegalArgumentException("reserved path");
        }
    }

    private static boolean isName(String part) {
        return !part.isEmpty()
                && !part.equals(".")
                && !part.equals("..")
                && part.getBytes(StandardCharsets.UTF_8).length <= MAX_PART_BYTES
                && !FORBIDDEN.matcher(part).find();
    }

    /** The path with slashes as the name of a file below a folder. */
    Path below(Path folder) {
        return folder.resolve(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
