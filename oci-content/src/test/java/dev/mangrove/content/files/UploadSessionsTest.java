package dev.mangrove.content.files;

import dev.mangrove.content.BlobStore;
import dev.mangrove.content.MovableClock;
import dev.mangrove.content.Uploads;
import dev.mangrove.content.UploadsContract;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class UploadSessionsTest extends UploadsContract {
    @TempDir
    Path root;

    private final MovableClock clock = new MovableClock();
    private FileStore store;

    @BeforeEach
    void open() throws IOException {
        store = FileStore.open(root, StoreLimits.NONE, clock);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    @Override
    protected Uploads uploads() {
        return store.uploads();
    }

    @Override
    protected BlobStore store() {
        return store;
    }

    @Override
    protected void restart() throws IOException {
        close();
        open();
    }

    @Override
    protected void pass(Duration time) {
        clock.pass(time);
    }
}
