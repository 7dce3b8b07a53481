package dev.mangrove.catalog.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The users of an htpasswd file with bcrypt hashes, as {@code htpasswd -B} writes it. Read again when the file changed, so
 * that a user is added or locked out without a restart.
 */
public final class PasswordFile {
    private static final Duration CHECK_EVERY = Duration.ofSeconds(2);
    private static final int MAX_BYTES = 8 * 1024 * 1024;
    private static final System.Logger LOG = System.getLogger(PasswordFile.class.getName());

    private final Path file;
    private final InstantSource clock;
    private Map<String, String> hashes = Map.of();
    private FileTime readAt = FileTime.fromMillis(0);
    private Instant nextCheck;

    private PasswordFile(Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
        this.nextCheck = clock.instant();
    }

    /**
     * Reads the file.
     *
     * @throws IOException if it cannot be read, or a line is not {@code NAME:BCRYPT-HASH}; the message names the line
     */
    public static PasswordFile open(Path file, InstantSource clock) throws IOException {
        PasswordFile users = new PasswordFile(file, clock);
        users.read();
        return users;
    }

    /** The bcrypt hash of a user. */
    synchronized Optional<String> hash(String user) {
        Instant now = clock.instant();
        if (!now.isBefore(nextCheck)) {
            nextCheck = now.plus(CHECK_EVERY);
            refresh();
        }
        return Optional.ofNullable(hashes.get(user));
    }

    /** A file that is being edited, or gone, leaves the users as they were. */
    private void refresh() {
        try {
            if (!Files.getLastModifiedTime(file).equals(readAt)) {
                read();
            }
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the users file cannot be read, the users stay as they were: " + e.getMessage());
        }
    }

    private synchronized void read() throws IOException {
        FileTime modified = Files.getLastModifiedTime(file);
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is over " + MAX_BYTES + " bytes: not an htpasswd file");
        }
        Map<String, String> found = new HashMap<>();
        int number = 0;
        for (String line : Files.readString(file, StandardCharsets.UTF_8).split("\n", -1)) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                add(found, line.strip(), number);
            }
        }
        hashes = Map.copyOf(found);
        readAt = modified;
    }

    private void add(Map<String, String> found, String line, int number) throws IOException {
        int colon = line.indexOf(':');
        String hash = colon < 0 ? "" : line.substring(colon + 1);
        if (colon <= 0 || !Bcrypt.isHash(hash)) {
            throw new IOException(
                    file + ":" + number + ": expected NAME:HASH with a bcrypt hash; add users with htpasswd -B");
        }
        found.put(line.substring(0, colon), hash);
    }
}
