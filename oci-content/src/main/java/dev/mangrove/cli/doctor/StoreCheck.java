package dev.mangrove.cli.doctor;

import dev.mangrove.content.files.StoreReading;
import dev.mangrove.content.files.StoreUnusableException;
import dev.mangrove.content.log.NamesReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Version, lock, names log and quarantine of a store. */
final class StoreCheck {
    private StoreCheck() {}

    static List<Finding> of(Path root) throws IOException {
        if (!StoreReading.isStore(root)) {
            return List.of(absent(root));
        }
        StoreReading store = new StoreReading(root);
        List<Finding> findings = new ArrayList<>();
        if (!store.isKnownVersion()) {
            findings.add(Finding.fail(
                    "store",
                    root + " has the format \"" + store.version() + "\", which this program does not know",
                    "use the version of Mangrove that wrote it, or a newer one"));
            return findings;
        }
        Optional<String> owner = store.owner();
        findings.add(Finding.ok(
                "store",
                root + ", format \"" + store.version() + "\", "
                        + owner.map(pid -> "open in process " + pid).orElse("not open")));
        findings.add(names(store));
        quarantine(root).ifPresent(findings::add);
        return findings;
    }

    private static Finding absent(Path root) throws IOException {
        if (!Files.exists(root) || isEmpty(root)) {
            return Finding.ok("store", root + " is made at the first start");
        }
        return Finding.fail(
                "store",
                root + " is not empty and not a store",
                "choose an empty folder as store.path, or restore VERSION");
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private static Finding names(StoreReading store) throws IOException {
        try {
            int repositories =
                    NamesReading.of(store.logDirectory()).repositories().size();
            return Finding.ok("names log", "whole, " + repositories + " repositories");
        } catch (StoreUnusableException e) {
            return Finding.fail("names log", String.valueOf(e.getMessage()), "restore the folder log/ from a backup");
        }
    }

    private static Optional<Finding> quarantine(Path root) throws IOException {
        Path folder = root.resolve("quarantine");
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            long count = files.count();
            return count == 0
                    ? Optional.empty()
                    : Optional.of(Finding.warn(
                            "quarantine",
                            count + " blobs were found to have changed on the disk",
                            "check the disk (smartctl, dmesg); the blobs are fetched again when they are asked for"));
        }
    }
}
