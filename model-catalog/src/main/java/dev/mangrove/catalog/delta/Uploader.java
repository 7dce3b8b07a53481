package dev.mangrove.catalog.delta;

import dev.mangrove.content.Caller;
import dev.mangrove.content.ContentException;
import dev.mangrove.distribution.PushTarget;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.util.Optional;

/** Puts what was made into the catalog the way a client would, so that it gets the same links and leases. */
final class Uploader {
    private final PushTarget pushes;

    Uploader(PushTarget pushes) {
        this.pushes = pushes;
    }

    /** Stores a blob; reads the stream to its end. */
    Digest blob(Location repository, InputStream bytes) throws IOException {
        String upload = pushes.openUpload(repository, Caller.NODE);
        boolean finished = false;
        try {
            DigestInputStream hashing = new DigestInputStream(bytes, Algorithm.SHA256.newHash());
            PushTarget.Append appended = pushes.append(repository, upload, Optional.empty(), hashing);
            Digest digest = Digest.ofHash(Algorithm.SHA256, hashing.getMessageDigest());
            finished = appended instanceof PushTarget.Append.Taken
                    && pushes.finish(repository, upload, digest, Caller.NODE);
            if (!finished) {
                throw new ContentException.Unavailable("an upload session of our own is gone", null);
            }
            return digest;
        } finally {
            if (!finished) {
                pushes.cancel(repository, upload);
            }
        }
    }

    /** Stores a short blob. */
    Digest blob(Location repository, byte[] bytes) throws IOException {
        return blob(repository, new ByteArrayInputStream(bytes));
    }
}
