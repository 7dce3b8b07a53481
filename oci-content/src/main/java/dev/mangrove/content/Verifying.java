package dev.mangrove.content;

import dev.mangrove.oci.ByteRange;
import java.io.IOException;
import java.util.Optional;

/**
 * Checks what an untrusted source streams: a whole blob against its digest, with {@link VerifyingInputStream}. A part of a
 * blob cannot be checked so; here it is refused, since no source that needs checking may answer it. Slices of files are
 * checked where they are stored, and pass.
 */
public final class Verifying implements ContentSource {
    private final ContentSource source;

    public Verifying(ContentSource source) {
        this.source = source;
    }

    @Override
    public Optional<BlobStat> stat(ReadRequest request) throws IOException {
        return source.stat(request);
    }

    @Override
    public <R> Optional<R> read(ReadRequest request, BlobReader<R> reader) throws IOException {
        return source.read(request, blob -> switch (blob) {
            case Blob.FileSlice slice -> reader.read(slice);
            case Blob.Arriving file -> reader.read(file);
            case Blob.Stream stream -> verified(request, stream, reader);
        });
    }

    private static <R> R verified(ReadRequest request, Blob.Stream stream, BlobReader<R> reader) throws IOException {
        if (!stream.range().equals(ByteRange.whole(stream.sizeBytes()))) {
            throw new ContentException.Unavailable(
                    "a part of " + request.digest() + " cannot be checked: ask for the whole blob", null);
        }
        if (request.knownSizeBytes().isPresent() && request.knownSizeBytes().getAsLong() != stream.sizeBytes()) {
            throw new ContentException.Corrupt(
                    request.digest(),
                    request.digest() + " has " + request.knownSizeBytes().getAsLong() + " bytes by its manifest, and "
                            + stream.sizeBytes() + " by its source");
        }
        VerifyingInputStream checked = new VerifyingInputStream(stream.bytes(), request.digest(), stream.sizeBytes());
        return reader.read(new Blob.Stream(checked, stream.range(), stream.sizeBytes(), stream.origin()));
    }
}
