package dev.mangrove.content.files;

import dev.mangrove.content.BlobStore;
import dev.mangrove.content.BlobStoreContract;
import dev.mangrove.content.MovableClock;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class FileStoreContractTest extends BlobStoreContract {
    @TempDir
    Path root;

    private FileStore store;

    @BeforeEach
    void open() throws IOException {
        store = FileStore.open(root, StoreLimits.NONE, new MovableClock());
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Override
    protected BlobStore store() {
        return store;
    }
}
