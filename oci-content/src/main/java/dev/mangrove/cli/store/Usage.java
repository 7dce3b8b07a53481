package dev.mangrove.cli.store;

import dev.mangrove.content.files.StoreReading;
import dev.mangrove.content.log.NameRecord;
import dev.mangrove.content.log.NamesReading;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the bytes of a store are.
 *
 * @param repositories largest first
 * @param blobs largest first
 * @param namelessBytes of blobs that no repository links: leased, or about to be swept
 * @param incoming blobs on their way in
 */
record Usage(
        List<Repository> repositories,
        List<Blob> blobs,
        long blobBytes,
        long recipeBytes,
        long namelessBytes,
        List<StoreReading.Incoming> incoming) {
    private static final String DELTA = "application/vnd.mangrove.delta.v1+json";

    /**
     * One repository.
     *
     * @param sharedBytes of blobs here that other repositories have, too
     * @param exclusiveBytes of blobs here that go with this repository
     * @param deltaBytes of the two, what belongs to deltas
     * @param absentBytes linked, and not on this disk: layers nobody pushed, or that were evicted
     */
    record Repository(
            Location name,
            int tags,
            int manifests,
            long sharedBytes,
            long exclusiveBytes,
            long deltaBytes,
            long absentBytes) {
        long bytes() {
            return sharedBytes + exclusiveBytes;
        }
    }

    /** One blob, or manifest, and how many repositories have it. */
    record Blob(Digest digest, long sizeBytes, int repositories, String example) {}

    Usage {
        repositories = List.copyOf(repositories);
        blobs = List.copyOf(blobs);
        incoming = List.copyOf(incoming);
    }

    /** Reads store and names; what changes meanwhile may be missing on either side. */
    static Usage of(StoreReading store) throws IOException {
        Map<Digest, StoreReading.Kept> kept = store.blobs();
        NamesReading names = NamesReading.of(store.logDirectory());
        Map<Digest, List<Location>> owners = new HashMap<>();
        Map<Location, Map<Digest, Long>> linked = new HashMap<>();
        for (Location repository : names.repositories()) {
            Map<Digest, Long> here = linked(names, repository);
            linked.put(repository, here);
            here.keySet().forEach(digest -> owners.computeIfAbsent(digest, key -> new ArrayList<>(1))
                    .add(repository));
        }
        List<Repository> repositories = new ArrayList<>();
        for (Map.Entry<Location, Map<Digest, Long>> each : linked.entrySet()) {
            repositories.add(repository(names, each.getKey(), each.getValue(), kept, owners));
        }
        repositories.sort(Comparator.comparingLong(Repository::bytes)
                .reversed()
                .thenComparing(repository -> repository.name().toString()));
        return new Usage(
                repositories,
                blobs(kept, owners),
                kept.values().stream().mapToLong(StoreReading.Kept::sizeBytes).sum(),
                kept.values().stream().mapToLong(StoreReading.Kept::recipeBytes).sum(),
                nameless(kept, owners.keySet()),
                store.incoming());
    }

    private static Map<Digest, Long> linked(NamesReading names, Location repository) throws IOException {
        Map<Digest, Long> here = new HashMap<>();
        names.blobs(repository).forEach(blob -> here.put(blob.blob(), blob.sizeBytes()));
        names.manifests(repository).forEach(manifest -> here.put(manifest.manifest(), manifest.sizeBytes()));
        return here;
    }

    private static Repository repository(
            NamesReading names,
            Location name,
            Map<Digest, Long> here,
            Map<Digest, StoreReading.Kept> kept,
            Map<Digest, List<Location>> owners)
            throws IOException {
        List<NameRecord.ManifestLinked> manifests = names.manifests(name);
        Set<Digest> ofDeltas = new HashSet<>();
        manifests.stream()
                .filter(manifest ->
                        manifest.artifactType().filter(DELTA::equals).isPresent())
                .forEach(manifest -> {
                    ofDeltas.add(manifest.manifest());
                    ofDeltas.addAll(manifest.references());
                });
        long shared = 0;
        long exclusive = 0;
        long deltas = 0;
        long absent = 0;
        for (Map.Entry<Digest, Long> link : here.entrySet()) {
            StoreReading.Kept blob = kept.get(link.getKey());
            if (blob == null) {
                absent += link.getValue();
                continue;
            }
            boolean alone = owners.getOrDefault(link.getKey(), List.of()).size() == 1;
            shared += alone ? 0 : blob.sizeBytes();
            exclusive += alone ? blob.sizeBytes() : 0;
            deltas += ofDeltas.contains(link.getKey()) ? blob.sizeBytes() : 0;
        }
        return new Repository(name, names.tags(name).size(), manifests.size(), shared, exclusive, deltas, absent);
    }

    private static List<Blob> blobs(Map<Digest, StoreReading.Kept> kept, Map<Digest, List<Location>> owners) {
        List<Blob> blobs = new ArrayList<>();
        kept.forEach((digest, blob) -> {
            List<Location> names = owners.getOrDefault(digest, List.of());
            String example = names.isEmpty() ? "" : names.getFirst().toString();
            blobs.add(new Blob(digest, blob.sizeBytes(), names.size(), example));
        });
        blobs.sort(Comparator.comparingLong(Blob::sizeBytes).reversed().thenComparing(blob -> blob.digest()
                .toString()));
        return blobs;
    }

    private static long nameless(Map<Digest, StoreReading.Kept> kept, Set<Digest> linked) {
        return kept.entrySet().stream()
                .filter(blob -> !linked.contains(blob.getKey()))
                .mapToLong(blob -> blob.getValue().sizeBytes())
                .sum();
    }
}
