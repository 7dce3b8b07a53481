package dev.mangrove.distribution;

import dev.mangrove.content.Blob;
import dev.mangrove.content.ContentSource;
import dev.mangrove.content.ReadRequest;
import dev.mangrove.http.Body;
import dev.mangrove.http.Headers;
import dev.mangrove.http.Response;
import dev.mangrove.oci.ByteRange;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Several ranges in one answer (RFC 9110, 14.6): the parts in the order and number asked, never coalesced, since podman
 * counts them.
 */
final class MultipartRanges {
    private final ContentSource source;
    private final ReadRequest request;
    private final List<ByteRange> ranges;
    private final long sizeBytes;
    private final String boundary;

    MultipartRanges(ContentSource source, ReadRequest request, List<ByteRange> ranges, long sizeBytes) {
        this.source = source;
        this.request = request;
        this.ranges = ranges;
        this.sizeBytes = sizeBytes;
        // No blob can hold its own digest, so this never occurs in the parts.
        this.boundary = request.digest().hex().substring(0, 64);
    }

    Response response(Headers headers) {
        return new Response(
                206,
                headers.with("Content-Type", "multipart/byteranges; boundary=" + boundary),
                new Body.Chunked(this::writeTo));
    }

    private void writeTo(OutputStream out) throws IOException {
        for (ByteRange range : ranges) {
            out.write(ascii("\r\n--" + boundary + "\r\nContent-Type: application/octet-stream\r\nContent-Range: "
                    + contentRange(range, sizeBytes) + "\r\n\r\n"));
            boolean lent = source.read(request.withRange(range), blob -> copy(blob, out))
                    .orElse(false);
            if (!lent) {
                throw new EOFException("the blob went away between two ranges");
            }
        }
        out.write(ascii("\r\n--" + boundary + "--\r\n"));
    }

    private static boolean copy(Blob blob, OutputStream out) throws IOException {
        blob.asStream().transferTo(out);
        return true;
    }

    static String contentRange(ByteRange range, long sizeBytes) {
        return "bytes " + range.offset() + "-" + (range.end() - 1) + "/" + sizeBytes;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
