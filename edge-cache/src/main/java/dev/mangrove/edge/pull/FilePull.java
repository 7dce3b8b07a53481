package dev.mangrove.edge.pull;

import dev.mangrove.cli.Amount;
import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.cli.Progress;
import dev.mangrove.cli.Together;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lays files into a folder: several at a time, each blob fetched once, what is there already left alone. */
final class FilePull {
    private static final int BUFFER_BYTES = 1024 * 1024;

    private final BlobFetch fetch;
    private final int atOnce;

    FilePull(BlobFetch fetch, int atOnce) {
        this.fetch = fetch;
        this.atOnce = atOnce;
    }

    /** Files that hold the same blob. */
    private record Group(Descriptor blob, List<FileEntry> files) {}

    void pull(List<FileEntry> files, Workplace workplace, Progress progress) throws IOException {
        Map<Digest, Group> groups = new LinkedHashMap<>();
        for (FileEntry file : files) {
            groups.computeIfAbsent(file.blob().digest(), digest -> new Group(file.blob(), new ArrayList<>()))
                    .files()
                    .add(file);
        }
        refuseIfTooLarge(groups, workplace);
        Together.run(atOnce, groups.values(), group -> {
            pull(group, workplace, progress);
            return group;
        });
    }

    private void pull(Group group, Workplace workplace, Progress progress) throws IOException {
        Descriptor blob = group.blob();
        FileEntry first = group.files().getFirst();
        Progress.Item item = progress.start(first.path().value(), blob.digest().toString(), blob.sizeBytes());
        Path place = workplace.place(first.path());
        if (holds(place, blob)) {
            item.advance(blob.sizeBytes());
            item.done("already there");
        } else {
            Path partial = workplace.partial(blob.digest());
            long wireBytes = fetch.fetch(blob, partial, item);
            workplace.install(partial, place);
            item.done(wireBytes == blob.sizeBytes() ? "pulled" : "pulled, " + Amount.text(wireBytes) + " of it now");
        }
        for (FileEntry same : group.files().subList(1, group.files().size())) {
            Path copy = workplace.partial(blob.digest());
            Files.copy(place, copy, StandardCopyOption.REPLACE_EXISTING);
            workplace.install(copy, workplace.place(same.path()));
        }
    }

    private static boolean holds(Path file, Descriptor blob) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) != blob.sizeBytes()) {
            return false;
        }
        MessageDigest hash = blob.digest().algorithm().newHash();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                hash.update(buffer, 0, n);
            }
        }
        return Digest.ofHash(blob.digest().algorithm(), hash).equals(blob.digest());
    }

    private static void refuseIfTooLarge(Map<Digest, Group> groups, Workplace workplace) throws IOException {
        long needed = 0;
        for (Group group : groups.values()) {
            for (FileEntry file : group.files()) {
                Path place = workplace.place(file.path());
                boolean there = Files.isRegularFile(place)
                        && Files.size(place) == file.blob().sizeBytes();
                Path partial = workplace.partial(file.blob().digest());
                needed += there ? 0 : file.blob().sizeBytes() - (Files.exists(partial) ? Files.size(partial) : 0);
            }
        }
        long usable = workplace.usableBytes();
        if (needed > usable) {
            throw new Failure(
                    ExitCode.DISK_FULL,
                    "the files need " + Amount.text(needed) + " and the disk has " + Amount.text(usable) + " left",
                    "make room, or choose files with --include");
        }
    }
}
