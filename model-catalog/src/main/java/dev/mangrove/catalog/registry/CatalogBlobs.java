package dev.mangrove.catalog.registry;

import dev.mangrove.content.BlobReader;
import dev.mangrove.content.BlobStat;
import dev.mangrove.content.BlobStore;
import dev.mangrove.content.ContentSource;
import dev.mangrove.content.ReadRequest;
import dev.mangrove.content.log.Names;
import java.io.IOException;
import java.util.Optional;

/** The blobs of the store, each visible only through a repository that has it. */
final class CatalogBlobs implements ContentSource {
    private final BlobStore store;
    private final Names names;

    CatalogBlobs(BlobStore store, Names names) {
        this.store = store;
        this.names = names;
    }

    @Override
    public Optional<BlobStat> stat(ReadRequest request) throws IOException {
        return isLinked(request) ? store.stat(request.digest()) : Optional.empty();
    }

    @Override
    public <R> Optional<R> read(ReadRequest request, BlobReader<R> reader) throws IOException {
        return isLinked(request) ? store.read(request.digest(), request.range(), reader) : Optional.empty();
    }

    private boolean isLinked(ReadRequest request) throws IOException {
        return names.blob(request.via(), request.digest()).isPresent();
    }
}
