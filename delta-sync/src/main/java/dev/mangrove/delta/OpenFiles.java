package dev.mangrove.delta;

import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.delta.io.FileSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Several files open at once. */
record OpenFiles(List<FileSource> files) implements AutoCloseable {
    static OpenFiles open(List<Path> paths) throws IOException {
        OpenFiles open = new OpenFiles(new ArrayList<>());
        try {
            for (Path path : paths) {
                open.files.add(FileSource.open(path));
            }
            return open;
        } catch (IOException e) {
            open.close();
            throw e;
        }
    }

    List<ByteSource> sources() {
        return List.copyOf(files);
    }

    @Override
    public void close() throws IOException {
        for (FileSource file : files) {
            file.close();
        }
    }
}
