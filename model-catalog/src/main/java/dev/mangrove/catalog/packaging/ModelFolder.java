package dev.mangrove.catalog.packaging;

import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the files of a model. Links to files are followed, since the cache of Hugging Face is made of them; links to
 * folders are not. What tools leave behind ({@code .git}, {@code .cache}, half downloads) is left out.
 */
final class ModelFolder {
    /** More files than that are not a model; a manifest that lists them would not fit either. */
    static final int MAX_FILES = 10_000;

    private static final Set<String> LEFT_OUT = Set.of("__pycache__", "Thumbs.db");
    private static final String HALF_DOWNLOAD = ".incomplete";

    private ModelFolder() {}

    /** The files of a folder in the order of their paths, or the one file that was named. */
    static List<ModelFile> scan(Path named) throws IOException {
        if (Files.isRegularFile(named)) {
            return List.of(file(named.getFileName().toString(), named));
        }
        if (!Files.isDirectory(named)) {
            throw new Failure(ExitCode.NOT_FOUND, "there is no file or folder " + named, "");
        }
        List<ModelFile> files = new ArrayList<>();
        walk(named, "", files);
        if (files.isEmpty()) {
            throw new Failure(ExitCode.USAGE, "there is no file to publish in " + named, "hidden files are left out");
        }
        files.sort(Comparator.comparing(ModelFile::path));
        return files;
    }

    private static void walk(Path folder, String prefix, List<ModelFile> files) throws IOException {
        List<Path> entries;
        try (Stream<Path> listed = Files.list(folder)) {
            entries = listed.toList();
        }
        for (Path entry : entries) {
            String name = entry.getFileName().toString();
            if (name.startsWith(".") || name.endsWith(HALF_DOWNLOAD) || LEFT_OUT.contains(name)) {
                continue;
            }
            if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                walk(entry, prefix + name + "/", files);
            } else if (Files.isRegularFile(entry)) {
                files.add(file(prefix + name, entry));
            } else {
                throw new Failure(
                        ExitCode.USAGE,
                        entry + " is neither a file nor a folder, nor a link to a file",
                        "remove it, or publish a folder without it");
            }
            if (files.size() > MAX_FILES) {
                throw new Failure(
                        ExitCode.USAGE, folder + " and its neighbours hold more than " + MAX_FILES + " files", "");
            }
        }
    }

    private static ModelFile file(String path, Path source) throws IOException {
        long sizeBytes = Files.size(source);
        return new ModelFile(path, source, sizeBytes, Files.isExecutable(source), FileKind.of(path, sizeBytes));
    }
}
