package dev.mangrove.catalog.delta;

import dev.mangrove.content.Blob;
import dev.mangrove.content.BlobStore;
import dev.mangrove.content.ContentException;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.oci.Digest;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A blob of the store, as the encoder reads it: at any position, for as long as it is lent. */
record StoredBlob(FileChannel file, long offset, long size) implements ByteSource {
    /** Uses a blob while it is lent. */
    @FunctionalInterface
    interface User<R> {
        R use(ByteSource blob) throws IOException;
    }

    /** @throws ContentException.Unavailable if the blob is not in the store */
    static <R> R lend(BlobStore store, Digest digest, User<R> user) throws IOException {
        Optional<R> result = store.read(digest, Optional.empty(), blob -> user.use(of(blob)));
        return result.orElseThrow(
                () -> new ContentException.Unavailable("blob " + digest + " is gone from the store", null));
    }

    /** Uses several blobs while all of them are lent. */
    @FunctionalInterface
    interface UserOfAll<R> {
        R use(List<ByteSource> blobs) throws IOException;
    }

    /** @throws ContentException.Unavailable if one of the blobs is not in the store */
    static <R> R lendAll(BlobStore store, List<Digest> digests, UserOfAll<R> user) throws IOException {
        return lendAll(store, digests, List.of(), user);
    }

    private static <R> R lendAll(BlobStore store, List<Digest> digests, List<ByteSource> lent, UserOfAll<R> user)
            throws IOException {
        if (lent.size() == digests.size()) {
            return user.use(lent);
        }
        return lend(store, digests.get(lent.size()), blob -> {
            List<ByteSource> more = new ArrayList<>(lent);
            more.add(blob);
            return lendAll(store, digests, more, user);
        });
    }

    private static ByteSource of(Blob blob) {
        return switch (blob) {
            case Blob.FileSlice slice ->
                new StoredBlob(
                        slice.file(), slice.range().offset(), slice.range().length());
            case Blob.Arriving _, Blob.Stream _ -> throw new IllegalArgumentException("a store lends files");
        };
    }

    @Override
    public void read(long position, byte[] into, int from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(into, from, length);
        for (long at = offset + position; buffer.hasRemaining(); ) {
            int count = file.read(buffer, at);
            if (count < 0) {
                throw new EOFException("the file of a blob is shorter than the blob");
            }
            at += count;
        }
    }
}
