package dev.mangrove.content.keyvalue;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksKeyValueTest extends KeyValueContract {
    @TempDir
    Path directory;

    private RocksKeyValue entries;

    @BeforeEach
    void open() throws IOException {
        entries = RocksKeyValue.open(directory);
    }

    @AfterEach
    void close() throws IOException {
        entries.close();
    }

    @Override
    protected KeyValue entries() {
        return entries;
    }

    @Test
    void whatWasThereAtACloseIsThereAtTheNextOpen() throws IOException {
        entries.write(List.of(new KeyValue.Change.Put(new byte[] {1}, new byte[] {2})));
        close();
        open();
        assertArrayEquals(new byte[] {2}, entries.get(new byte[] {1}).orElseThrow());
    }

    @Test
    void aDamagedFolderIsBegunAgain() throws IOException {
        entries.write(List.of(new KeyValue.Change.Put(new byte[] {1}, new byte[] {2})));
        close();
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.write(file, new byte[] {7, 7, 7});
            }
        }
        open();
        assertTrue(entries.get(new byte[] {1}).isEmpty());
    }

    @Test
    void aCallAfterTheCloseFailsAndDoesNotCrash() throws IOException {
        close();
        assertThrows(IOException.class, () -> entries.get(new byte[] {1}));
        assertThrows(IOException.class, () -> entries.scan(new byte[0], new byte[0], (key, value) -> true));
    }
}
