package dev.mangrove.content;

import java.io.IOException;

/** Takes a lent {@link Blob}; must not keep it. */
@FunctionalInterface
public interface BlobReader<R> {
    R read(Blob blob) throws IOException;
}
