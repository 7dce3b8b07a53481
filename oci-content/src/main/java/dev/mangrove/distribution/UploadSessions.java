package dev.mangrove.distribution;

import dev.mangrove.content.ContentException;
import dev.mangrove.http.Headers;
import dev.mangrove.http.Response;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.OciErrorCode;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

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
        Headers headers = call.head().headers();
        Optional<Long> offset = Optional.empty();
        Optional<String> chunk = headers.first("Content-Range");
        if (chunk.isPresent()) {
            offset = Optional.of(offset(chunk.get(), ContentLength.of(headers)));
        }
        return switch (target.append(call.location(), route.id(), offset, call.body())) {
            case PushTarget.Append.Taken(long sizeBytes) -> sizeBytes;
            case PushTarget.Append.OutOfOrder(long sizeBytes) ->
                throw ProtocolException.of(OciErrorCode.RANGE_INVALID, "the next chunk must begin at byte " + sizeBytes)
                        .with(UploadAnswers.state(route.name(), route.id(), sizeBytes));
            case PushTarget.Append.Unknown _ -> throw UploadAnswers.unknown();
        };
    }

    /** Reads {@code FIRST-LAST}, both inclusive; some clients write {@code bytes} before and a size after it. */
    private static long offset(String contentRange, OptionalLong lengthBytes) throws ProtocolException {
        String bare = contentRange.strip().replaceFirst("^bytes[ =]", "").replaceFirst("/.*$", "");
        String[] bounds = bare.split("-", 3);
        if (bounds.length != 2 || !isNumber(bounds[0]) || !isNumber(bounds[1])) {
            throw ProtocolException.of(
                    OciErrorCode.BLOB_UPLOAD_INVALID, "Content-Range of a chunk must be FIRST-LAST, both inclusive");
        }
        long first = Long.parseLong(bounds[0]);
        long chunkBytes = Long.parseLong(bounds[1]) - first + 1;
        if (chunkBytes < 0 || (lengthBytes.isPresent() && lengthBytes.getAsLong() != chunkBytes)) {
            throw ProtocolException.of(
                    OciErrorCode.SIZE_INVALID, "Content-Range and Content-Length of the chunk do not agree");
        }
        return first;
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() <= 18 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
