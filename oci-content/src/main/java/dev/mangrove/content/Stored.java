package dev.mangrove.content;

import java.io.IOException;
import java.util.Optional;

/** The blobs of this machine as a source. Lets everybody see everything: put a {@link Gated} around it. */
public final class Stored implements ContentSource {
    private final BlobStore store;

    public Stored(BlobStore store) {
        this.store = store;
    }

    @Override
    public Optional<BlobStat> stat(ReadRequest request) throws IOException {
        return store.stat(request.digest());
    }

    @Override
    public <R> Optional<R> read(ReadRequest request, BlobReader<R> reader) throws IOException {
        return store.read(request.digest(), request.range(), reader);
    }
}
