package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.Blob;
import dev.mangrove.content.BlobStore;
import dev.mangrove.content.CommitOutcome;
import dev.mangrove.content.Ingest;
import dev.mangrove.content.log.NameRecord;
import dev.mangrove.content.log.Names;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.MalformedContentException;
import dev.mangrove.oci.Manifest;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.MediaType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Manifests kept here: blobs of the store, linked to the repositories they were seen in. */
final class ManifestShelf {
    private final BlobStore store;
    private final Names names;
    private final RoomMaker room;
    private final InstantSource clock;

    ManifestShelf(BlobStore store, Names names, RoomMaker room, InstantSource clock) {
        this.store = store;
        this.names = names;
        this.room = room;
        this.clock = clock;
    }

    /** The manifest, if that repository has it and its bytes are here and still right; else they are thrown away. */
    Optional<ManifestContent> find(Location repository, Digest digest) throws IOException {
        Optional<NameRecord.ManifestLinked> link = names.manifest(repository, digest);
        if (link.isEmpty()) {
            return Optional.empty();
        }
        Optional<byte[]> raw = store.read(digest, Optional.empty(), ManifestShelf::bytes);
        if (raw.isEmpty()) {
            return Optional.empty();
        }
        Optional<ManifestContent> intact = parsed(raw.get(), digest, link.get().mediaType());
        if (intact.isEmpty()) {
            store.discard(digest);
        }
        return intact;
    }

    /** Keeps a verified manifest, durable on return. */
    void keep(Location repository, ManifestContent manifest) throws IOException {
        if (store.stat(manifest.digest()).isEmpty()) {
            room.making(manifest.raw().length, () -> write(manifest));
        }
        if (names.manifest(repository, manifest.digest()).isEmpty()) {
            names.append(List.of(link(repository, manifest)));
        }
    }

    private CommitOutcome write(ManifestContent manifest) throws IOException {
        try (Ingest ingest = store.begin()) {
            ingest.write(ByteBuffer.wrap(manifest.raw()));
            return ingest.commit(manifest.digest());
        }
    }

    /** What a manifest describes: config and layers, or manifests. */
    static List<Descriptor> described(ManifestContent manifest) {
        return switch (manifest.view()) {
            case Manifest.Image image ->
                Stream.concat(Stream.of(image.config()), image.layers().stream())
                        .toList();
            case Manifest.Index index -> index.manifests();
            case Manifest.Unknown unknown -> List.of();
        };
    }

    private NameRecord link(Location repository, ManifestContent manifest) {
        return new NameRecord.ManifestLinked(
                repository,
                manifest.digest(),
                manifest.mediaType(),
                manifest.raw().length,
                manifest.view().subject().map(Descriptor::digest),
                manifest.view().artifactType(),
                manifest.view().annotations(),
                manifest.view().references(),
                clock.instant());
    }

    private static Optional<ManifestContent> parsed(byte[] raw, Digest digest, MediaType type) {
        try {
            ManifestContent content = ManifestContent.parse(raw, type, digest.algorithm());
            return content.digest().equals(digest) ? Optional.of(content) : Optional.empty();
        } catch (MalformedContentException e) {
            return Optional.empty();
        }
    }

    private static byte[] bytes(Blob blob) throws IOException {
        if (blob.range().length() > ManifestContent.MAX_BYTES) {
            return new byte[0]; // no manifest: fails the check of its digest
        }
        return switch (blob) {
            case Blob.Stream _, Blob.Arriving _ -> blob.asStream().readAllBytes();
            case Blob.FileSlice slice ->
                bytes(slice.file(), slice.range().offset(), (int) slice.range().length());
        };
    }

    private static byte[] bytes(FileChannel file, long offset, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(length);
        while (into.hasRemaining() && file.read(into, offset + into.position()) >= 0) {
            // until full; a file that ends early fails the check of its digest
        }
        return into.array();
    }
}
