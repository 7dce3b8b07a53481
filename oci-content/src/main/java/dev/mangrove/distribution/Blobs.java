package dev.mangrove.distribution;

import dev.mangrove.content.Blob;
import dev.mangrove.content.BlobStat;
import dev.mangrove.content.ContentSource;
import dev.mangrove.content.ReadRequest;
import dev.mangrove.http.Body;
import dev.mangrove.http.Headers;
import dev.mangrove.http.RequestHead;
import dev.mangrove.http.Response;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.OciErrorCode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@code /v2/NAME/blobs/DIGEST}. Bytes are never transformed, whatever {@code Accept-Encoding} says. */
final class Blobs implements Endpoint<Route.Blob> {
    private final ContentSource source;
    private final Optional<PushTarget> pushes;

    Blobs(Registry registry, Optional<PushTarget> pushes) {
        this.source = registry.blobs();
        this.pushes = pushes;
    }

    @Override
    public void handle(Route.Blob route, Call call) throws IOException {
        String[] known = pushes.isPresent() ? new String[] {"GET", "HEAD", "DELETE"} : new String[] {"GET", "HEAD"};
        Methods.require(call, known);
        Digest digest = Digest.parse(route.digest());
        if (call.head().method().equals("DELETE")) {
            delete(digest, pushes.orElseThrow(() -> Methods.notAllowed(call, known)), call);
            return;
        }
        ReadRequest whole = ReadRequest.whole(digest, call.location(), call.caller());
        Headers asked = call.head().headers();
        if (call.isHead() || Conditions.notModified(asked, digest)) {
            head(whole, call);
            return;
        }
        Optional<String> range = asked.first("Range").filter(_ -> Conditions.rangeApplies(asked, digest));
        if (range.isEmpty()) {
            whole(whole, call);
        } else {
            parts(whole, range.get(), call);
        }
    }

    private void head(ReadRequest request, Call call) throws IOException {
        BlobStat stat = source.stat(request).orElseThrow(() -> unknown(request.digest()));
        if (call.isHead() && pushes.isPresent() && call.grant().allows(call.location(), Access.Action.PUSH)) {
            pushes.get().lease(call.location(), request.digest());
            // A sweep may have come between the look and the lease; whoever is told "here" does not upload.
            stat = source.stat(request).orElseThrow(() -> unknown(request.digest()));
        }
        if (Conditions.notModified(call.head().headers(), request.digest())) {
            call.respond(Response.empty(304, headers(request.digest())));
            return;
        }
        Headers headers = headers(request.digest()).with("Content-Type", "application/octet-stream");
        call.respond(new Response(200, headers, new Body.LengthOnly(stat.sizeBytes())));
    }

    private void whole(ReadRequest request, Call call) throws IOException {
        lend(request, call, blob -> {
            // Ollama takes the URL to read ranges from out of the Location header, also of a 200.
            Headers headers = headers(request.digest())
                    .with("Content-Type", "application/octet-stream")
                    .with("Location", target(call.head()))
                    .with("Mangrove-Source", blob.origin().wireName());
            call.respond(new Response(200, headers, body(blob)));
        });
    }

    private void parts(ReadRequest request, String header, Call call) throws IOException {
        long sizeBytes = source.stat(request)
                .orElseThrow(() -> unknown(request.digest()))
                .sizeBytes();
        switch (RangeHeader.parse(header, sizeBytes)) {
            case RangeHeader.Ignored _ -> whole(request, call);
            case RangeHeader.Parts(List<ByteRange> ranges)
            when ranges.size() == 1 -> part(request.withRange(ranges.getFirst()), sizeBytes, call);
            case RangeHeader.Parts(List<ByteRange> ranges) ->
                call.respond(
                        new MultipartRanges(source, request, ranges, sizeBytes).response(headers(request.digest())));
            case RangeHeader.Unsatisfiable _ ->
                throw ProtocolException.of(
                                OciErrorCode.RANGE_INVALID,
                                "the blob has " + sizeBytes + " bytes; nothing asked for is inside")
                        .with(Headers.of("Content-Range", "bytes */" + sizeBytes));
            case RangeHeader.TooMany _ ->
                throw ProtocolException.of(
                                OciErrorCode.RANGE_INVALID,
                                "at most " + RangeHeader.MAX_RANGES + " ranges are served at once")
                        .withStatus(400);
        }
    }

    private void part(ReadRequest request, long sizeBytes, Call call) throws IOException {
        lend(request, call, blob -> {
            Headers headers = headers(request.digest())
                    .with("Content-Type", "application/octet-stream")
                    .with("Content-Range", MultipartRanges.contentRange(blob.range(), sizeBytes))
                    .with("Mangrove-Source", blob.origin().wireName());
            call.respond(new Response(206, headers, body(blob)));
        });
    }

    private void lend(ReadRequest request, Call call, Answer answer) throws IOException {
        Optional<Boolean> sent = source.read(request, blob -> {
            answer.with(blob);
            return true;
        });
        if (sent.isEmpty() && !call.responded()) {
            throw unknown(request.digest());
        }
    }

    @FunctionalInterface
    private interface Answer {
        void with(Blob blob) throws IOException;
    }

    private static Body body(Blob blob) {
        return switch (blob) {
            case Blob.FileSlice file -> new Body.FileSlice(file.file(), file.range());
            case Blob.Arriving file -> new Body.ArrivingSlice(file.file(), file.range(), file.arrival()::awaitBeyond);
            case Blob.Stream stream ->
                new Body.Stream(stream.bytes(), stream.range().length());
        };
    }

    private static void delete(Digest digest, PushTarget target, Call call) throws IOException {
        if (!target.deleteBlob(call.location(), digest, call.caller())) {
            throw unknown(digest);
        }
        call.respond(Response.empty(202, Headers.none()));
    }

    private static Headers headers(Digest digest) {
        return Conditions.validators(digest).with("Accept-Ranges", "bytes").with("Cache-Control", Conditions.FOREVER);
    }

    private static String target(RequestHead head) {
        return head.rawQuery().isEmpty() ? head.rawPath() : head.rawPath() + "?" + head.rawQuery();
    }

    private static ProtocolException unknown(Digest digest) {
        return ProtocolException.of(OciErrorCode.BLOB_UNKNOWN, "no blob " + digest + " in this repository");
    }
}
