package dev.mangrove.content;

import java.io.IOException;
import java.util.Optional;

/**
 * Asks a {@link Gate} before every stat and every read. Must be the outermost source: what is cached or under way inside
 * is shared by callers who each passed the gate.
 */
public final class Gated implements ContentSource {
    private final ContentSource source;
    private final Gate gate;

    public Gated(ContentSource source, Gate gate) {
        this.source = source;
        this.gate = gate;
    }

    @Override
    public Optional<BlobStat> stat(ReadRequest request) throws IOException {
        return gate.admits(request) ? source.stat(request) : Optional.empty();
    }

    @Override
    public <R> Optional<R> read(ReadRequest request, BlobReader<R> reader) throws IOException {
        return gate.admits(request) ? source.read(request, reader) : Optional.empty();
    }
}
