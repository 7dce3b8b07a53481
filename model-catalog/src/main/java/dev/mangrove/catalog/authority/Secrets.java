package dev.mangrove.catalog.authority;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/** Keys of this catalog for its own use, each made once and kept in a file of its own. */
public final class Secrets {
    private static final int KEY_BYTES = 32;
    private final Path folder;
    private final SecureRandom random;

    public Secrets(Path folder, SecureRandom random) {
        this.folder = folder;
        this.random = random;
    }

    /**
     * The key with that name, made now if there was none.
     *
     * @throws IOException if its file cannot be read or written, or holds something else
     */
    public byte[] key(String name) throws IOException {
        Path file = folder.resolve(name + ".key");
        Optional<byte[]> kept = PrivateFile.read(file);
        if (kept.isPresent()) {
            if (kept.get().length != KEY_BYTES) {
                throw new IOException(file + " does not hold a key of " + KEY_BYTES
                        + " bytes; restore it, or remove it to have a new one made");
            }
            return kept.get();
        }
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        PrivateFile.write(file, key);
        return key;
    }
}
