package dev.mangrove.content.log;

import dev.mangrove.content.files.StoreUnusableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The name and the header of a segment or snapshot file. Header, 36 bytes: magic u32 | version u32 | log id 16 B |
 * position u64 | CRC32C u32. A file with a broken header cannot come from a crash: headers are synced before the file gets its name.
 *
 * @param position of a segment: its first unit; of a snapshot: the last unit it contains
 */
record LogFile(Path path, Kind kind, long position) {
    static final int HEADER_BYTES = 36;
    static final int ID_BYTES = 16;
    private static final int VERSION = 1;
    private static final Pattern NAME = Pattern.compile("(names|snapshot)-([0-9a-f]{16})\\.log");

    /** What a file holds. */
    enum Kind {
        SEGMENT("names", 0x4d4e4c31), // "MNL1"
        SNAPSHOT("snapshot", 0x4d4e5331); // "MNS1"

        private final String prefix;
        private final int magic;

        Kind(String prefix, int magic) {
            this.prefix = prefix;
            this.magic = magic;
        }
    }

    static LogFile in(Path directory, Kind kind, long position) {
        String name = kind.prefix + "-" + HexFormat.of().toHexDigits(position) + ".log";
        return new LogFile(directory.resolve(name), kind, position);
    }

    /** Reads a file name; empty if it is not one of ours. */
    static Optional<LogFile> of(Path path) {
        Matcher name = NAME.matcher(path.getFileName().toString());
        if (!name.matches()) {
            return Optional.empty();
        }
        Kind kind = name.group(1).equals(Kind.SEGMENT.prefix) ? Kind.SEGMENT : Kind.SNAPSHOT;
        return Optional.of(new LogFile(path, kind, HexFormat.fromHexDigitsToLong(name.group(2))));
    }

    ByteBuffer header(byte[] logId) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES)
                .putInt(kind.magic)
                .putInt(VERSION)
                .put(logId)
                .putLong(position);
        CRC32C crc = new CRC32C();
        crc.update(header.duplicate().flip());
        return header.putInt((int) crc.getValue()).flip();
    }

    /** Reads the log id out of the header. */
    byte[] logId() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            while (header.hasRemaining() && file.read(header) >= 0) {
                // until the header is whole or the file ends
            }
        }
        byte[] id = Arrays.copyOfRange(header.array(), 8, 8 + ID_BYTES);
        if (header.hasRemaining() || !header.flip().equals(header(id))) {
            throw new StoreUnusableException("the names log file " + path
                    + " has a damaged header or another version: restore the log directory from a backup");
        }
        return id;
    }
}
