package dev.mangrove.catalog.delta;

import dev.mangrove.content.Caller;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.log.NameRecord.BlobLinked;
import dev.mangrove.content.log.NameRecord.ManifestLinked;
import dev.mangrove.content.log.Names;
import dev.mangrove.delta.artifact.BlobDelta;
import dev.mangrove.delta.artifact.DeltaArtifact;
import dev.mangrove.delta.artifact.DeltaNames;
import dev.mangrove.distribution.PushTarget;
import dev.mangrove.distribution.Registry;
import dev.mangrove.distribution.Resolved;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Pinned;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What deltas link in a repository. The same delta is the same blob, so several manifests may name it: it goes with the
 * last of them. Adapters stay, clients pushed them; when nothing names them, the sweep takes them as it takes what a
 * damaged manifest leaves. Safe for any thread: nothing is taken out while a manifest is put.
 */
final class DeltaLinks {
    /** Links read at once: each may carry all annotations of a manifest. */
    private static final int PAGE = 100;

    private final Names names;
    private final Registry registry;
    private final PushTarget pushes;

    DeltaLinks(Names names, Registry registry, PushTarget pushes) {
        this.names = names;
        this.registry = registry;
        this.pushes = pushes;
    }

    /** A delta manifest, and the bytes that its config and deltas take. */
    record Attached(Digest manifest, Instant at, long sizeBytes) {}

    /** The delta manifests of a repository, oldest first. */
    List<Attached> oldestFirst(Location repository) throws IOException {
        List<Attached> found = new ArrayList<>();
        boolean _ = anyManifest(repository, link -> {
            if (DeltaArtifact.isDelta(link.artifactType())) {
                found.add(new Attached(link.manifest(), link.at(), sizeOf(repository, link.manifest())));
            }
            return false;
        });
        found.sort(Comparator.comparing(Attached::at));
        return found;
    }

    /**
     * Stores a delta manifest.
     *
     * @throws ContentException.Unavailable if a blob of it was taken out of the repository meanwhile
     */
    synchronized void put(Location repository, ManifestContent manifest) throws IOException {
        for (Digest part : made(manifest)) {
            if (names.blob(repository, part).isEmpty()) {
                throw new ContentException.Unavailable("a delta was deleted before it was attached", null);
            }
        }
        pushes.putManifest(repository, manifest, List.of(), Caller.NODE);
    }

    /** Removes a delta manifest, and the config and deltas that no other manifest names. */
    synchronized void remove(Location repository, Digest manifest) throws IOException {
        Set<Digest> parts = made(repository, manifest);
        if (pushes.deleteManifest(repository, manifest, Caller.NODE)) {
            withdraw(repository, parts);
        }
    }

    /** Takes blobs that were made here out of the repository again, unless a manifest names them. */
    synchronized void withdraw(Location repository, Set<Digest> blobs) throws IOException {
        Set<Digest> unnamed = new LinkedHashSet<>(blobs);
        boolean _ = anyManifest(repository, link -> {
            link.references().forEach(unnamed::remove);
            return unnamed.isEmpty();
        });
        for (Digest blob : unnamed) {
            boolean _ = pushes.deleteBlob(repository, blob, Caller.NODE);
        }
    }

    private long sizeOf(Location repository, Digest manifest) throws IOException {
        long bytes = 0;
        for (Digest part : made(repository, manifest)) {
            bytes += names.blob(repository, part).map(BlobLinked::sizeBytes).orElse(0L);
        }
        return bytes;
    }

    private Set<Digest> made(Location repository, Digest manifest) throws IOException {
        try {
            Optional<Resolved> found = registry.resolve(repository, new Pinned(manifest), Caller.NODE);
            return found.isEmpty() ? Set.of() : made(found.get().manifest());
        } catch (ContentException.Corrupt e) {
            return Set.of(); // it can go all the same
        }
    }

    /** The blobs of a delta manifest that are made here. */
    private static Set<Digest> made(ManifestContent manifest) {
        Set<Digest> parts = new LinkedHashSet<>();
        DeltaArtifact.of(manifest).ifPresent(artifact -> {
            if (artifact.config().mediaType().equals(DeltaNames.CONFIG)) {
                parts.add(artifact.config().digest());
            }
            artifact.deltas().stream().map(BlobDelta::blob).forEach(parts::add);
        });
        return parts;
    }

    /** Looks at the manifests of a repository until one is what is looked for. */
    private boolean anyManifest(Location repository, Look look) throws IOException {
        List<ManifestLinked> page = names.manifests(repository, PAGE);
        while (!page.isEmpty()) {
            for (ManifestLinked link : page) {
                if (look.isFound(link)) {
                    return true;
                }
            }
            page = names.manifests(repository, Optional.of(page.getLast().manifest()), PAGE);
        }
        return false;
    }

    @FunctionalInterface
    private interface Look {
        boolean isFound(ManifestLinked link) throws IOException;
    }
}
