package dev.mangrove.cli.doctor;

import dev.mangrove.cli.Amount;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Whether a store can be written, and has room. */
final class DiskCheck {
    private static final String WHAT = "disk";

    private DiskCheck() {}

    static List<Finding> of(Path store, Amount reserve) throws IOException {
        Path there = existing(store);
        if (!Files.isWritable(there)) {
            return List.of(Finding.fail(
                    WHAT,
                    there + " cannot be written by " + System.getProperty("user.name"),
                    "give the folder to the user that runs Mangrove, or choose another store.path"));
        }
        FileStore disk = Files.getFileStore(there);
        return List.of(space(store, disk.getUsableSpace(), disk.getTotalSpace(), reserve));
    }

    static Finding space(Path store, long freeBytes, long totalBytes, Amount reserve) {
        long reserved = reserve.of(totalBytes);
        String detail = Amount.text(freeBytes) + " of " + Amount.text(totalBytes) + " free under " + store
                + ", reserve " + Amount.text(reserved);
        if (freeBytes < reserved) {
            return Finding.fail(
                    WHAT,
                    detail + ": nothing new is stored",
                    "mangrove du --data " + store + " shows what takes the space");
        }
        if (freeBytes < 2 * reserved) {
            return Finding.warn(WHAT, detail, "make room before the reserve is reached; mangrove du --data " + store);
        }
        return Finding.ok(WHAT, detail);
    }

    private static Path existing(Path path) {
        Path at = path.toAbsolutePath();
        while (!Files.exists(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return at;
    }
}
