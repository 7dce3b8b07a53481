package dev.mangrove.distribution;

import dev.mangrove.http.Headers;
import dev.mangrove.oci.OciErrorCode;
import java.util.Optional;
import java.util.OptionalLong;

/** Where a chunk of an upload belongs, by its Content-Range. */
record UploadChunk(long offset, long lengthBytes) {
    private static final int MAX_DIGITS = 18;

    /** Reads {@code FIRST-LAST}, both inclusive; some clients write {@code bytes} before and a size after it. */
    static Optional<UploadChunk> of(Headers headers) throws ProtocolException {
        Optional<String> header = headers.first("Content-Range");
        if (header.isEmpty()) {
            return Optional.empty();
        }
        String bare = header.get().strip().replaceFirst("^bytes[ =]", "").replaceFirst("/.*$", "");
        String[] bounds = bare.split("-", 3);
        if (bounds.length != 2 || !isNumber(bounds[0]) || !isNumber(bounds[1])) {
            throw ProtocolException.of(
                    OciErrorCode.BLOB_UPLOAD_INVALID, "Content-Range of a chunk must be FIRST-LAST, both inclusive");
        }
        long first = Long.parseLong(bounds[0]);
        long chunkBytes = Long.parseLong(bounds[1]) - first + 1;
        OptionalLong announced = ContentLength.of(headers);
        if (chunkBytes < 0 || (announced.isPresent() && announced.getAsLong() != chunkBytes)) {
            throw ProtocolException.of(
                    OciErrorCode.SIZE_INVALID, "Content-Range and Content-Length of the chunk do not agree");
        }
        return Optional.of(new UploadChunk(first, chunkBytes));
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() <= MAX_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
