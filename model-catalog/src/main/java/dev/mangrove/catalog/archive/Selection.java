package dev.mangrove.catalog.archive;

import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.cli.RemoteName;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.InvalidNameException;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decides what of an archive is imported under which names. */
final class Selection {
    private final ImageArchive archive;
    private final Map<ImageArchive.Entry, Optional<Descriptor>> subjects = new LinkedHashMap<>();

    Selection(ImageArchive archive) throws IOException {
        this.archive = archive;
        for (ImageArchive.Entry entry : archive.entries()) {
            subjects.put(entry, Archives.subject(archive, entry));
        }
    }

    /**
     * An entry and where it goes.
     *
     * @param tags may be none: then it is stored under its digest only
     */
    record Target(ImageArchive.Entry entry, Location repository, List<Tag> tags) {
        Target {
            tags = List.copyOf(tags);
        }
    }

    /**
     * One entry under the name a user gave, with what is attached to it.
     *
     * @param wanted a name or a digest in the archive; empty if there is only one entry
     */
    List<Target> under(RemoteName name, Optional<String> wanted) {
        List<ImageArchive.Entry> candidates = archive.entries().stream()
                .filter(entry -> wanted.map(text -> isCalled(entry, text)).orElse(!isAttached(entry)))
                .toList();
        Set<Digest> different = new LinkedHashSet<>();
        candidates.forEach(entry -> different.add(entry.descriptor().digest()));
        if (different.size() != 1) {
            throw new Failure(
                    different.isEmpty() ? ExitCode.NOT_FOUND : ExitCode.USAGE,
                    wanted.map(text -> "the archive has no one artifact " + text)
                                    .orElse("the archive has " + different.size() + " artifacts")
                            + ": " + listed(),
                    "choose one with --image, or give no REF to import each under its own name");
        }
        ImageArchive.Entry chosen = candidates.getFirst();
        List<Target> targets = new ArrayList<>();
        targets.add(new Target(chosen, name.repository(), List.of(name.tag().orElse(new Tag("latest")))));
        addAttached(chosen, name.repository(), targets);
        return targets;
    }

    /** Every named entry under its own names, with what is attached to it. */
    List<Target> underOwnNames() {
        List<Target> targets = new ArrayList<>();
        for (ImageArchive.Entry entry : archive.entries()) {
            Map<Location, List<Tag>> names = new LinkedHashMap<>();
            for (String text : entry.names()) {
                ownName(text).ifPresent(name -> add(name, names));
            }
            names.forEach((repository, tags) -> {
                targets.add(new Target(entry, repository, tags));
                addAttached(entry, repository, targets);
            });
        }
        if (targets.isEmpty()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "the archive does not say what its artifacts are called: " + listed(),
                    "give a name: mangrove import TAR NAME:TAG");
        }
        return targets;
    }

    private static void add(RemoteName name, Map<Location, List<Tag>> names) {
        Location repository = new Location(Optional.empty(), name.repository().repository());
        List<Tag> tags = names.computeIfAbsent(repository, key -> new ArrayList<>());
        Tag tag = name.tag().orElse(new Tag("latest"));
        if (!tags.contains(tag)) {
            tags.add(tag);
        }
    }

    private void addAttached(ImageArchive.Entry subject, Location repository, List<Target> targets) {
        Set<Digest> reached = new LinkedHashSet<>(List.of(subject.descriptor().digest()));
        boolean more = true;
        while (more) {
            more = false;
            for (Map.Entry<ImageArchive.Entry, Optional<Descriptor>> each : subjects.entrySet()) {
                boolean attached = each.getValue()
                        .filter(d -> reached.contains(d.digest()))
                        .isPresent();
                if (attached && reached.add(each.getKey().descriptor().digest())) {
                    targets.add(new Target(each.getKey(), repository, List.of()));
                    more = true;
                }
            }
        }
    }

    private boolean isAttached(ImageArchive.Entry entry) {
        Optional<Descriptor> subject = subjects.getOrDefault(entry, Optional.empty());
        return subject.isPresent()
                && archive.entries().stream()
                        .anyMatch(other ->
                                other.descriptor().digest().equals(subject.get().digest()));
    }

    private static boolean isCalled(ImageArchive.Entry entry, String text) {
        return entry.names().contains(text)
                || entry.descriptor().digest().toString().equals(text);
    }

    /**
     * A name out of the archive without its host, since it says where the artifact came from and not where it shall go. A
     * layout may hold a tag in place of a name; a tag alone is none.
     */
    private static Optional<RemoteName> ownName(String text) {
        if (text.indexOf(':') < 0 && text.indexOf('/') < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(RemoteName.parse(text))
                    .filter(name -> name.digest().isEmpty());
        } catch (InvalidNameException e) {
            throw Refused.because("it calls an artifact " + Refused.shown(text) + ", which is no name");
        }
    }

    private String listed() {
        List<String> shown = new ArrayList<>();
        for (ImageArchive.Entry entry : archive.entries()) {
            shown.add(
                    entry.names().isEmpty()
                            ? entry.descriptor().digest().toString()
                            : Refused.shown(entry.names().getFirst()));
        }
        return shown.isEmpty() ? "nothing" : String.join(", ", shown.subList(0, Math.min(10, shown.size())));
    }
}
