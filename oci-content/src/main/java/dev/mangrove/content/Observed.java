package dev.mangrove.content;

import java.io.IOException;
import java.util.Optional;

/** Tells an observer what was lent, for metrics and progress. */
public final class Observed implements ContentSource {
    private final ContentSource source;
    private final Observer observer;

    public Observed(ContentSource source, Observer observer) {
        this.source = source;
        this.observer = observer;
    }

    @Override
    public Optional<BlobStat> stat(ReadRequest request) throws IOException {
        return source.stat(request);
    }

    @Override
    public <R> Optional<R> read(ReadRequest request, BlobReader<R> reader) throws IOException {
        return source.read(request, blob -> {
            observer.lent(request, blob.origin(), blob.range().length());
            return reader.read(blob);
        });
    }

    /** Hears of every blob lent, before its bytes are read; must not block. */
    @FunctionalInterface
    public interface Observer {
        void lent(ReadRequest request, Origin origin, long bytes);
    }
}
