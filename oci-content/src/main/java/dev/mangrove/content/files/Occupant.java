package dev.mangrove.content.files;

import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.Optional;

/**
 * What was found in the place of a blob: nothing, the blob, or bytes that have rotted. To find that out takes as long as
 * reading it, so it is done without the lock of the digest, under which {@link #isStill} is asked.
 */
record Occupant(Optional<BasicFileAttributes> file, boolean isIntact) {
    private static final Occupant NOBODY = new Occupant(Optional.empty(), false);

    /** Reads what is there. */
    static Occupant of(Path place, Digest digest, long sizeBytes) throws IOException {
        Optional<BasicFileAttributes> found = attributes(place);
        if (found.isEmpty()) {
            return NOBODY;
        }
        boolean sameSize = found.get().size() == sizeBytes;
        try {
            return new Occupant(found, sameSize && hasDigest(place, digest));
        } catch (NoSuchFileException e) {
            return NOBODY;
        }
    }

    static Optional<BasicFileAttributes> attributes(Path place) throws IOException {
        // What is looked for is often not there, and that should not cost an exception with its stack.
        if (Files.notExists(place, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static boolean hasDigest(Path place, Digest digest) throws IOException {
        MessageDigest hash = digest.algorithm().newHash();
        try (FileChannel file = FileChannel.open(place, StandardOpenOption.READ)) {
            return canBeRead(file, hash)
                    && Digest.ofHash(digest.algorithm(), hash).equals(digest);
        }
    }

    private static boolean canBeRead(FileChannel file, MessageDigest hash) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(StagedFile.BUFFER_BYTES);
        try {
            while (file.read(buffer.clear()) >= 0) {
                hash.update(buffer.flip());
            }
            return true;
        } catch (ClosedChannelException e) {
            throw e; // this thread was interrupted: says nothing about the file
        } catch (IOException e) {
            return false; // a bad sector is rot like any other
        }
    }

    /** Whether the place holds the same file as then; what has become of its bytes is not looked at again. */
    boolean isStill(Optional<BasicFileAttributes> now) {
        return file.isPresent() == now.isPresent() && (now.isEmpty() || isSame(file.orElseThrow(), now.get()));
    }

    private static boolean isSame(BasicFileAttributes one, BasicFileAttributes other) {
        return Objects.equals(one.fileKey(), other.fileKey()) && one.size() == other.size();
    }
}
