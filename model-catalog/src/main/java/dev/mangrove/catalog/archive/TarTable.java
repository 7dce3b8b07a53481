package dev.mangrove.catalog.archive;

import dev.mangrove.oci.ByteRange;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** Where the files of a tar lie. Read once; nothing is unpacked. */
final class TarTable {
    private static final int BLOCK_BYTES = 512;
    private static final int MAX_LINKS_IN_A_ROW = 8;

    private final ArchiveLimits limits;
    private final long archiveBytes;
    private final Map<EntryName, ByteRange> files = new HashMap<>();
    private final Map<EntryName, EntryName> links = new HashMap<>();
    private int entries;
    private long totalBytes;

    private TarTable(ArchiveLimits limits, long archiveBytes) {
        this.limits = limits;
        this.archiveBytes = archiveBytes;
    }

    /** Reads the table of an uncompressed tar. */
    static TarTable read(FileChannel archive, ArchiveLimits limits) throws IOException {
        TarTable table = new TarTable(limits, archive.size());
        TableStream stream = new TableStream(archive, limits);
        try {
            for (Optional<TarArchiveEntry> entry = next(stream, 0); entry.isPresent(); ) {
                long end = table.add(entry.get(), stream.position());
                entry = next(stream, Math.ceilDiv(end, BLOCK_BYTES) * BLOCK_BYTES);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw Refused.because("it is not a tar, or damaged: " + e.getMessage());
        }
        return table;
    }

    /** A parser for each entry: one that goes on by itself reads what it could jump over. */
    @SuppressWarnings("resource") // the channel is the caller's
    private static Optional<TarArchiveEntry> next(TableStream stream, long at) throws IOException {
        stream.beginEntry(at);
        return Optional.ofNullable(new TarArchiveInputStream(stream, "UTF-8").getNextEntry());
    }

    /** @return where its bytes end */
    private long add(TarArchiveEntry entry, long dataOffset) {
        entries++;
        if (entries > limits.entries()) {
            throw Refused.because("it has more than " + limits.entries() + " entries");
        }
        EntryName name = EntryName.of(entry.getName());
        if (entry.isSparse() || isSpecial(entry)) {
            throw Refused.because("the entry " + Refused.shown(entry.getName()) + " is not a plain file");
        }
        boolean link = entry.isSymbolicLink() || entry.isLink();
        if ((link || entry.isDirectory()) && entry.getSize() != 0) {
            throw Refused.because("the entry " + Refused.shown(entry.getName()) + " has bytes and is no file");
        }
        if (link) {
            once(name);
            links.put(name, entry.isLink() ? EntryName.of(entry.getLinkName()) : name.follow(entry.getLinkName()));
        } else if (!entry.isDirectory()) {
            once(name);
            files.put(name, range(entry, dataOffset));
        }
        return dataOffset + entry.getSize();
    }

    private static boolean isSpecial(TarArchiveEntry entry) {
        boolean known = entry.isSymbolicLink() || entry.isLink() || entry.isDirectory() || entry.isFile();
        return !known || entry.isCharacterDevice() || entry.isBlockDevice() || entry.isFIFO();
    }

    /** Two entries of one name: which of them counts depends on who reads, and that is a trick. */
    private void once(EntryName name) {
        if (files.containsKey(name) || links.containsKey(name)) {
            throw Refused.because("the entry " + Refused.shown(name.value()) + " is in it twice");
        }
    }

    private ByteRange range(TarArchiveEntry entry, long offset) {
        long size = entry.getSize();
        if (size < 0 || size > archiveBytes - offset) {
            throw Refused.because("it ends in the middle of " + Refused.shown(entry.getName()));
        }
        totalBytes += size;
        if (totalBytes > limits.totalBytes()) {
            throw Refused.because("its files have more than " + limits.totalBytes() + " bytes");
        }
        return new ByteRange(offset, size);
    }

    /** Where a file's bytes are, links followed; empty if there is no such file. */
    Optional<ByteRange> find(String name) {
        EntryName at = EntryName.of(name);
        for (int hops = 0; hops <= MAX_LINKS_IN_A_ROW; hops++) {
            ByteRange found = files.get(at);
            if (found != null) {
                return Optional.of(found);
            }
            EntryName next = links.get(at);
            if (next == null) {
                return Optional.empty();
            }
            at = next;
        }
        throw Refused.because("the link " + Refused.shown(name) + " leads in circles");
    }
}
