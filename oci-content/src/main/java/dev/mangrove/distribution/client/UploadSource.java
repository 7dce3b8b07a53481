package dev.mangrove.distribution.client;

import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.io.InputStream;

/** A blob to push, which can be read again from any offset: uploads resume. */
public interface UploadSource {
    Digest digest();

    long sizeBytes();

    /** Its bytes from that offset to the end; the caller closes the stream. */
    InputStream openAt(long offset) throws IOException;
}
