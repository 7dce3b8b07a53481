package dev.mangrove.distribution;

import dev.mangrove.content.Blob;
import dev.mangrove.content.BlobReader;
import dev.mangrove.content.BlobStat;
import dev.mangrove.content.Caller;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.ContentSource;
import dev.mangrove.content.Gated;
import dev.mangrove.content.Origin;
import dev.mangrove.content.ReadRequest;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Pinned;
import dev.mangrove.oci.Reference;
import dev.mangrove.oci.Tag;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** A registry on the heap, for tests of what stands in front of a registry. Everything is locked by itself. */
public final class MemoryRegistry implements Registry, PushTarget, ContentSource {
    private static final class Repository {
        final Map<String, byte[]> blobs = new TreeMap<>();
        final Map<String, ManifestContent> manifests = new TreeMap<>();
        final TreeMap<String, Digest> tags = new TreeMap<>();
        final Map<String, byte[]> uploads = new TreeMap<>();
    }

    private final TreeMap<String, Repository> repositories = new TreeMap<>();
    private final List<String> leases = new ArrayList<>();
    private int nextUpload;

    /** Puts a blob there, as if it had been pushed. */
    public synchronized Digest put(Location repository, byte[] blob) {
        Digest digest = Digest.ofBytes(dev.mangrove.oci.Algorithm.SHA256, blob);
        of(repository).blobs.put(digest.toString(), blob);
        return digest;
    }

    /** Sessions that are open. */
    public synchronized int openUploads() {
        return repositories.values().stream().mapToInt(r -> r.uploads.size()).sum();
    }

    /** What was leased, oldest first. */
    public synchronized List<String> leases() {
        return List.copyOf(leases);
    }

    private Repository of(Location repository) {
        return repositories.computeIfAbsent(repository.toString(), _ -> new Repository());
    }

    private Optional<Repository> known(Location repository) {
        return Optional.ofNullable(repositories.get(repository.toString()));
    }

    @Override
    public synchronized Optional<Resolved> resolve(Location repository, Reference reference, Caller caller) {
        return known(repository)
                .flatMap(found -> switch (reference) {
                    case Tag tag ->
                        Optional.ofNullable(found.tags.get(tag.value()))
                                .map(digest -> found.manifests.get(digest.toString()));
                    case Pinned pinned ->
                        Optional.ofNullable(found.manifests.get(pinned.digest().toString()));
                })
                .map(manifest -> new Resolved(manifest, Origin.LOCAL, Optional.empty()));
    }

    @Override
    public Gated blobs() {
        return new Gated(this, request -> known(request.via()).isPresent());
    }

    @Override
    public synchronized Optional<BlobStat> stat(ReadRequest request) {
        return bytes(request).map(bytes -> new BlobStat(request.digest(), bytes.length));
    }

    @Override
    public <R> Optional<R> read(ReadRequest request, BlobReader<R> reader) throws IOException {
        Optional<byte[]> bytes = bytes(request);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        ByteRange range = request.range().orElse(ByteRange.whole(bytes.get().length));
        InputStream stream = new ByteArrayInputStream(bytes.get(), (int) range.offset(), (int) range.length());
        return Optional.of(reader.read(new Blob.Stream(stream, range, bytes.get().length, Origin.LOCAL)));
    }

    private synchronized Optional<byte[]> bytes(ReadRequest request) {
        return known(request.via())
                .map(found -> found.blobs.get(request.digest().toString()));
    }

    @Override
    public synchronized Optional<List<Tag>> tags(Location repository, Optional<String> last, int limit, Caller caller) {
        return known(repository).map(found -> found.tags.keySet().stream()
                .filter(tag -> last.isEmpty() || tag.compareTo(last.get()) > 0)
                .limit(limit)
                .map(Tag::new)
                .toList());
    }

    @Override
    public synchronized List<Descriptor> referrers(Location repository, Digest subject, Caller caller) {
        return known(repository).stream()
                .flatMap(found -> found.manifests.values().stream())
                .filter(manifest -> manifest.view()
                        .subject()
                        .filter(to -> to.digest().equals(subject))
                        .isPresent())
                .map(ManifestContent::descriptor)
                .toList();
    }

    @Override
    public synchronized List<Location> repositories(Optional<String> last, int limit, Caller caller) {
        return new TreeSet<>(repositories.keySet())
                .stream()
                        .filter(name -> last.isEmpty() || name.compareTo(last.get()) > 0)
                        .limit(limit)
                        .map(Location::parse)
                        .toList();
    }

    @Override
    public synchronized String openUpload(Location repository, Caller caller) {
        String id = "upload-" + nextUpload++;
        of(repository).uploads.put(id, new byte[0]);
        return id;
    }

    @Override
    public synchronized Optional<Long> uploadSize(Location repository, String upload) {
        return Optional.ofNullable(of(repository).uploads.get(upload)).map(bytes -> (long) bytes.length);
    }

    @Override
    public synchronized Append append(Location repository, String upload, Optional<Long> offset, InputStream body)
            throws IOException {
        byte[] before = of(repository).uploads.get(upload);
        if (before == null) {
            return new Append.Unknown();
        }
        if (offset.isPresent() && offset.get() != before.length) {
            return new Append.OutOfOrder(before.length);
        }
        byte[] more = body.readAllBytes();
        byte[] all = java.util.Arrays.copyOf(before, before.length + more.length);
        System.arraycopy(more, 0, all, before.length, more.length);
        of(repository).uploads.put(upload, all);
        return new Append.Taken(all.length);
    }

    @Override
    public synchronized boolean finish(Location repository, String upload, Digest expected, Caller caller)
            throws IOException {
        byte[] bytes = of(repository).uploads.remove(upload);
        if (bytes == null) {
            return false;
        }
        if (!Digest.ofBytes(expected.algorithm(), bytes).equals(expected)) {
            throw new ContentException.Corrupt(expected, "the bytes do not hash to " + expected);
        }
        of(repository).blobs.put(expected.toString(), bytes);
        return true;
    }

    @Override
    public synchronized boolean cancel(Location repository, String upload) {
        return of(repository).uploads.remove(upload) != null;
    }

    @Override
    public synchronized boolean mount(Location repository, Digest blob, Optional<Location> from, Grant grant) {
        List<Location> sources = from.map(List::of)
                .orElse(repositories.keySet().stream().map(Location::parse).toList());
        for (Location source : sources) {
            byte[] bytes = of(source).blobs.get(blob.toString());
            if (bytes != null && grant.allows(source, Access.Action.PULL)) {
                of(repository).blobs.put(blob.toString(), bytes);
                return true;
            }
        }
        return false;
    }

    @Override
    public synchronized void lease(Location repository, Digest digest) {
        leases.add(repository + "@" + digest);
    }

    @Override
    public synchronized void putManifest(Location repository, ManifestContent manifest, List<Tag> tags, Caller caller) {
        of(repository).manifests.put(manifest.digest().toString(), manifest);
        tags.forEach(tag -> of(repository).tags.put(tag.value(), manifest.digest()));
    }

    @Override
    public synchronized boolean deleteManifest(Location repository, Digest manifest, Caller caller) {
        of(repository).tags.values().removeIf(manifest::equals);
        return of(repository).manifests.remove(manifest.toString()) != null;
    }

    @Override
    public synchronized boolean deleteTag(Location repository, Tag tag, Caller caller) {
        return of(repository).tags.remove(tag.value()) != null;
    }

    @Override
    public synchronized boolean deleteBlob(Location repository, Digest blob, Caller caller) {
        return of(repository).blobs.remove(blob.toString()) != null;
    }
}
