package dev.mangrove.catalog.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes a tar in which nothing depends on who writes it, when and where. One thread; close it. */
final class TarWriter implements AutoCloseable {
    private static final int MAX_PLAIN_NAME_BYTES = 99;
    private static final int FILE_MODE = 0100644;
    private static final int FOLDER_MODE = 040755;

    private final TarArchiveOutputStream tar;

    /** @param out stays open */
    TarWriter(OutputStream out) {
        this.tar = new TarArchiveOutputStream(out, "UTF-8");
        // not PAX: its extra headers would carry the name of the user who runs this
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_TRUNCATE);
    }

    /** Writes the bytes of one entry. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    void folder(String name) throws IOException {
        put(plain(name + "/", TarConstants.LF_DIR, FOLDER_MODE), 0);
        tar.closeArchiveEntry();
    }

    void file(String name, byte[] content) throws IOException {
        file(name, content.length, out -> out.write(content));
    }

    /** A file of exactly that size. */
    void file(String name, long sizeBytes, Content content) throws IOException {
        longName(name);
        put(plain(name, TarConstants.LF_NORMAL, FILE_MODE), sizeBytes);
        content.writeTo(tar);
        tar.closeArchiveEntry();
    }

    /** A GNU entry before the real one, for names that its header has no room for: those with a sha512. */
    private void longName(String name) throws IOException {
        byte[] bytes = (name + "\0").getBytes(StandardCharsets.UTF_8);
        if (bytes.length - 1 <= MAX_PLAIN_NAME_BYTES) {
            return;
        }
        put(plain(TarConstants.GNU_LONGLINK, TarConstants.LF_GNUTYPE_LONGNAME, FILE_MODE), bytes.length);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private static TarArchiveEntry plain(String name, byte kind, int mode) {
        TarArchiveEntry entry = new TarArchiveEntry(name, kind);
        entry.setMode(mode);
        entry.setModTime(0);
        entry.setIds(0, 0);
        entry.setNames("", "");
        return entry;
    }

    private void put(TarArchiveEntry entry, long sizeBytes) throws IOException {
        entry.setSize(sizeBytes);
        tar.putArchiveEntry(entry);
    }

    /** Writes the end of the archive. */
    @Override
    public void close() throws IOException {
        tar.finish();
        tar.flush();
    }
}
