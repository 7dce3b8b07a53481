package dev.mangrove.oci;

/** Error codes of the OCI distribution specification, "Error Codes", each with its usual HTTP status. */
public enum OciErrorCode {
    BLOB_UNKNOWN(404),
    BLOB_UPLOAD_INVALID(400),
    BLOB_UPLOAD_UNKNOWN(404),
    DIGEST_INVALID(400),
    MANIFEST_BLOB_UNKNOWN(404),
    MANIFEST_INVALID(400),
    MANIFEST_UNKNOWN(404),
    NAME_INVALID(400),
    NAME_UNKNOWN(404),
    SIZE_INVALID(400),
    TAG_INVALID(400),
    UNAUTHORIZED(401),
    DENIED(403),
    UNSUPPORTED(405),
    RANGE_INVALID(416),
    TOOMANYREQUESTS(429),
    UNAVAILABLE(503),
    LOOP_DETECTED(508),
    INSUFFICIENT_STORAGE(507),
    UNKNOWN(500);

    private final int status;

    OciErrorCode(int status) {
        this.status = status;
    }

    /** The HTTP status this code goes with unless the endpoint says otherwise. */
    public int status() {
        return status;
    }
}
