package dev.mangrove.distribution.client;

import dev.mangrove.content.BlobStat;
import dev.mangrove.content.ContentException;
import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import dev.mangrove.http.Headers;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;

/** HEAD and GET of blobs. An answer that contradicts the question, or itself, is refused before a byte of it is used. */
final class BlobReads {
    private final RegistryConnection registry;

    BlobReads(RegistryConnection registry) {
        this.registry = registry;
    }

    Optional<BlobStat> stat(Location repository, Digest digest) throws IOException {
        URI url = registry.url().blob(repository, digest);
        try (CallResponse answer = registry.pull(CallRequest.of("HEAD", url, Headers.none()), Scope.pull(repository))) {
            if (answer.status() == 404) {
                return Optional.empty();
            }
            if (answer.status() != 200 && answer.status() != 405) {
                throw AnswerFailure.of(answer, "HEAD " + what(repository, digest));
            }
            OptionalLong size = answer.status() == 200 ? length(answer.headers()) : OptionalLong.empty();
            if (size.isPresent()) {
                return Optional.of(new BlobStat(digest, size.getAsLong()));
            }
        }
        return statByRead(repository, digest);
    }

    /** For registries whose HEAD tells no length: the total of a one-byte range. */
    private Optional<BlobStat> statByRead(Location repository, Digest digest) throws IOException {
        Optional<RemoteBlob> opened = open(repository, digest, Optional.of(new ByteRange(0, 1)), OptionalLong.empty());
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        try (RemoteBlob blob = opened.get()) {
            long size = blob.sizeBytes()
                    .orElseThrow(() -> new ContentException.Unavailable(
                            what(repository, digest) + ": the registry does not tell its size", null));
            return Optional.of(new BlobStat(digest, size));
        }
    }

    Optional<RemoteBlob> open(Location repository, Digest digest, Optional<ByteRange> wanted, OptionalLong knownSize)
            throws IOException {
        Headers headers = wanted.map(r -> Headers.of("Range", "bytes=" + r.offset() + "-" + (r.end() - 1)))
                .orElse(Headers.none());
        CallRequest request = CallRequest.of("GET", registry.url().blob(repository, digest), headers);
        CallResponse answer = registry.pull(request, Scope.pull(repository));
        try {
            Optional<RemoteBlob> blob = opened(answer, repository, digest, wanted, knownSize);
            if (blob.isEmpty()) {
                answer.close();
            }
            return blob;
        } catch (IOException | RuntimeException e) {
            answer.close();
            throw e;
        }
    }

    private static Optional<RemoteBlob> opened(
            CallResponse answer, Location repository, Digest digest, Optional<ByteRange> wanted, OptionalLong knownSize)
            throws IOException {
        String what = what(repository, digest);
        int status = answer.status();
        if (status == 404) {
            return Optional.empty();
        }
        if (status == 416) {
            throw new ContentException.Corrupt(digest, what + ": the registry has another size for it than was told");
        }
        if (status != 200 && status != 206) {
            throw AnswerFailure.of(answer, "GET " + what);
        }
        if (!answer.headers().first("Content-Encoding").orElse("identity").equalsIgnoreCase("identity")) {
            throw new ContentException.Unavailable(
                    what + ": the registry encoded the answer, though identity was asked for", null);
        }
        RemoteBlob blob = status == 206 ? part(answer, what, digest, wanted) : whole(answer);
        if (knownSize.isPresent()
                && blob.sizeBytes().isPresent()
                && knownSize.getAsLong() != blob.sizeBytes().getAsLong()) {
            throw new ContentException.Corrupt(
                    digest,
                    what + ": the registry sends " + blob.sizeBytes().getAsLong() + " bytes, but "
                            + knownSize.getAsLong() + " were told");
        }
        return Optional.of(blob);
    }

    private static RemoteBlob whole(CallResponse answer) {
        OptionalLong length = length(answer.headers());
        return new RemoteBlob(answer, ByteRange.whole(length.orElse(0)), length);
    }

    private static RemoteBlob part(CallResponse answer, String what, Digest digest, Optional<ByteRange> wanted)
            throws IOException {
        Optional<ContentRange> told = answer.headers().first("Content-Range").flatMap(ContentRange::parse);
        OptionalLong length = length(answer.headers());
        boolean asked = told.isPresent() && wanted.equals(Optional.of(told.get().range()));
        boolean consistent = told.isPresent()
                && (length.isEmpty() || length.getAsLong() == told.get().range().length());
        if (!asked || !consistent) {
            throw new ContentException.Corrupt(
                    digest, what + ": the registry answers with another range than it was asked for");
        }
        return new RemoteBlob(answer, told.get().range(), told.get().sizeBytes());
    }

    static OptionalLong length(Headers headers) {
        return headers.first("Content-Length")
                .map(String::strip)
                .filter(text -> text.matches("[0-9]{1,18}"))
                .map(text -> OptionalLong.of(Long.parseLong(text)))
                .orElse(OptionalLong.empty());
    }

    private static String what(Location repository, Digest digest) {
        return "blob " + digest + " of " + repository;
    }
}
