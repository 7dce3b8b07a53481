package dev.mangrove.distribution;

import dev.mangrove.content.ContentException;
import dev.mangrove.http.Headers;
import dev.mangrove.http.Response;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.OciErrorCode;
import java.io.IOException;
import java.util.Optional;

/** {@code /v2/NAME/blobs/uploads/ID}: asking for its state, appending, finishing, cancelling. */
final class UploadSessions implements Endpoint<Route.Upload> {
    private final PushTarget target;

    UploadSessions(PushTarget target) {
        this.target = target;
    }

    @Override
    public void handle(Route.Upload route, Call call) throws IOException {
        Methods.require(call, "GET", "HEAD", "PATCH", "PUT", "DELETE");
        switch (call.head().method()) {
            case "PATCH" -> patch(route, call);
            case "PUT" -> put(route, call);
            case "DELETE" -> delete(route, call);
            default -> status(route, call);
        }
    }

    private void status(Route.Upload route, Call call) throws IOException {
        long sizeBytes = target.uploadSize(call.location(), route.id()).orElseThrow(UploadAnswers::unknown);
        call.respond(UploadAnswers.session(204, route.name(), route.id(), sizeBytes));
    }

    private void patch(Route.Upload route, Call call) throws IOException {
        long sizeBytes = append(route, call);
        call.respond(UploadAnswers.session(202, route.name(), route.id(), sizeBytes));
    }

    private void put(Route.Upload route, Call call) throws IOException {
        Digest digest = call.head()
                .query("digest")
                .map(Digest::parse)
                .orElseThrow(() -> UploadAnswers.wrongDigest("an upload is finished with ?digest="));
        if (ContentLength.bodyFollows(call.head().headers())) {
            append(route, call);
        }
        try {
            if (!target.finish(call.location(), route.id(), digest, call.caller())) {
                throw UploadAnswers.unknown();
            }
        } catch (ContentException.Corrupt e) {
            target.cancel(call.location(), route.id());
            throw UploadAnswers.wrongDigest(String.valueOf(e.getMessage()));
        }
        call.respond(UploadAnswers.created(route.name(), digest));
    }

    private void delete(Route.Upload route, Call call) throws IOException {
        if (!target.cancel(call.location(), route.id())) {
            throw UploadAnswers.unknown();
        }
        call.respond(Response.empty(204, Headers.none()));
    }

    private long append(Route.Upload route, Call call) throws IOException {
        Optional<UploadChunk> chunk = UploadChunk.of(call.head().headers());
        ChunkBody body =
                new ChunkBody(call.body(), chunk.map(UploadChunk::lengthBytes).orElse(Long.MAX_VALUE));
        Optional<Long> offset = chunk.map(UploadChunk::offset);
        return switch (target.append(call.location(), route.id(), offset, body)) {
            case PushTarget.Append.Taken(long sizeBytes) -> {
                if (chunk.isPresent() && !body.isExactly()) {
                    // what came is where it belongs, so the state says from where to go on
                    throw ProtocolException.of(
                                    OciErrorCode.SIZE_INVALID, "the chunk is not as long as its Content-Range says")
                            .with(UploadAnswers.state(route.name(), route.id(), sizeBytes));
                }
                yield sizeBytes;
            }
            case PushTarget.Append.OutOfOrder(long sizeBytes) ->
                throw ProtocolException.of(OciErrorCode.RANGE_INVALID, "the next chunk must begin at byte " + sizeBytes)
                        .with(UploadAnswers.state(route.name(), route.id(), sizeBytes));
            case PushTarget.Append.Unknown _ -> throw UploadAnswers.unknown();
        };
    }
}
