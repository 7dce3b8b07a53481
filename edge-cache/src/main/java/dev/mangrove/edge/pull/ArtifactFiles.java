package dev.mangrove.edge.pull;

import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.cli.RemoteName;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Manifest;
import dev.mangrove.oci.ManifestContent;
import java.nio.file.FileSystems;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads from a manifest which files an artifact is made of. */
final class ArtifactFiles {
    /** The path of a layer's file: ModelPack's name for it, and what oras and others use. */
    private static final List<String> PATH_ANNOTATIONS =
            List.of("org.cncf.model.filepath", "org.opencontainers.image.title");

    private ArtifactFiles() {}

    /**
     * The files in the order of the layers.
     *
     * @throws Failure if this is no artifact of files, or a path in it is not safe
     */
    static List<FileEntry> of(ManifestContent manifest, RemoteName name) {
        if (!(manifest.view() instanceof Manifest.Image image)) {
            throw notFiles(name, "a list of images for several platforms");
        }
        List<FileEntry> files = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (Descriptor layer : image.layers()) {
            Optional<String> path = path(layer);
            if (path.isEmpty()) {
                throw notFiles(name, "a container image");
            }
            files.add(entry(path.get(), layer, taken));
        }
        return files;
    }

    /** The files that one of the patterns to take matches (none: all), and none of those to leave. */
    static List<FileEntry> choose(List<FileEntry> files, List<String> take, List<String> leave) {
        List<PathMatcher> taken = take.stream().map(ArtifactFiles::glob).toList();
        List<PathMatcher> left = leave.stream().map(ArtifactFiles::glob).toList();
        List<FileEntry> chosen = files.stream()
                .filter(file -> taken.isEmpty() || matches(file, taken))
                .filter(file -> !matches(file, left))
                .toList();
        if (chosen.isEmpty() && !files.isEmpty()) {
            throw new Failure(
                    ExitCode.NOT_FOUND,
                    "none of the " + files.size() + " files is chosen by --include and --exclude",
                    "the first of them is " + files.getFirst().path());
        }
        return chosen;
    }

    private static Optional<String> path(Descriptor layer) {
        return PATH_ANNOTATIONS.stream()
                .filter(layer.annotations()::containsKey)
                .map(layer.annotations()::get)
                .findFirst();
    }

    private static FileEntry entry(String path, Descriptor layer, Set<String> taken) {
        FilePath checked;
        try {
            checked = new FilePath(path);
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    ExitCode.POLICY_REFUSED,
                    "the artifact names a file by an " + e.getMessage() + ": " + printable(path),
                    "nothing was written; tell its publisher");
        }
        if (!taken.add(path)) {
            throw new Failure(ExitCode.POLICY_REFUSED, "the artifact holds " + printable(path) + " twice", "");
        }
        return new FileEntry(checked, layer);
    }

    private static String printable(String path) {
        return path.replaceAll("\\p{Cntrl}", "?");
    }

    private static boolean matches(FileEntry file, List<PathMatcher> patterns) {
        java.nio.file.Path path = java.nio.file.Path.of(file.path().value());
        return patterns.stream().anyMatch(pattern -> pattern.matches(path) || pattern.matches(path.getFileName()));
    }

    private static PathMatcher glob(String pattern) {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        } catch (IllegalArgumentException e) {
            throw new Failure(
                    ExitCode.USAGE, "\"" + pattern + "\" is not a pattern for files", "for example *.safetensors");
        }
    }

    private static Failure notFiles(RemoteName name, String what) {
        return new Failure(
                ExitCode.USAGE,
                name + " is " + what + "; its layers are not files with names",
                "docker pull " + name + ", or mangrove export " + name);
    }
}
