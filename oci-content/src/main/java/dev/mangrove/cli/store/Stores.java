package dev.mangrove.cli.store;

import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.content.files.StoreReading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds stores: a folder is one, or holds those of all roles, as {@code mangrove up} lays them out. */
public final class Stores {
    private static final List<String> ROLES = List.of("catalog", "region", "agent");

    private Stores() {}

    /**
     * The stores that a folder means.
     *
     * @throws Failure if there is none
     */
    public static List<Path> under(Path folder) {
        if (StoreReading.isStore(folder)) {
            return List.of(folder);
        }
        List<Path> found = ROLES.stream()
                .map(folder::resolve)
                .filter(StoreReading::isStore)
                .toList();
        if (found.isEmpty()) {
            throw new Failure(
                    ExitCode.NOT_FOUND,
                    (Files.exists(folder) ? "there is no store in " : "there is no folder ") + folder,
                    "name the folder that is store.path, or that was given to mangrove up");
        }
        return found;
    }
}
