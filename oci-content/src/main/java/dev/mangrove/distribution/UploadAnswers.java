package dev.mangrove.distribution;

import dev.mangrove.http.Headers;
import dev.mangrove.http.Response;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.OciErrorCode;

/**
 * The answers that uploads share. Locations are relative, so that they stay on the host the client asked, and are good
 * with any query appended.
 */
final class UploadAnswers {
    private UploadAnswers() {}

    /** The state of a session. */
    static Response session(int status, String name, String id, long sizeBytes) {
        return Response.empty(status, state(name, id, sizeBytes));
    }

    static Headers state(String name, String id, long sizeBytes) {
        return Headers.of("Location", "/v2/" + name + "/blobs/uploads/" + id)
                .with("Range", "0-" + Math.max(0, sizeBytes - 1))
                .with("Docker-Upload-UUID", id);
    }

    /** A blob is there now. */
    static Response created(String name, Digest digest) {
        return Response.empty(
                201,
                Headers.of("Location", "/v2/" + name + "/blobs/" + digest)
                        .with("Docker-Content-Digest", digest.toString()));
    }

    static ProtocolException unknown() {
        return ProtocolException.of(
                OciErrorCode.BLOB_UPLOAD_UNKNOWN, "no such upload in this repository; start again with a POST");
    }

    static ProtocolException wrongDigest(String message) {
        return ProtocolException.of(OciErrorCode.DIGEST_INVALID, message);
    }
}
