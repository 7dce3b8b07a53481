package dev.mangrove.distribution;

import dev.mangrove.content.Caller;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** What a role that can be pushed to offers; only the catalog does. Rights were checked before. */
public interface PushTarget {
    /** Opens an upload session and returns its id. */
    String openUpload(Location repository, Caller caller) throws IOException;

    /** Bytes received so far; empty: no such session in this repository. */
    Optional<Long> uploadSize(Location repository, String upload) throws IOException;

    /**
     * Appends a body, which is read to its end.
     *
     * @param offset where the client says the body belongs; empty: at the end
     */
    Append append(Location repository, String upload, Optional<Long> offset, InputStream body) throws IOException;

    /** Ends a session: its bytes become the blob {@code expected}, visible through the repository. */
    boolean finish(Location repository, String upload, Digest expected, Caller caller) throws IOException;

    /** Throws a session away; false if there was none. */
    boolean cancel(Location repository, String upload) throws IOException;

    /**
     * Makes a blob of {@code from}, or of any repository if that is empty, visible in {@code repository}; only
     * repositories that {@code grant} lets its caller pull are looked at, so that a mount tells nobody what others have.
     *
     * @return false if no such repository has the blob; the client then uploads
     */
    boolean mount(Location repository, Digest blob, Optional<Location> from, Grant grant) throws IOException;

    /** Protects a blob or manifest that a client which may push was just told to be here, so that it skips the upload. */
    void lease(Location repository, Digest digest) throws IOException;

    /** Stores a manifest and moves tags to it. */
    void putManifest(Location repository, ManifestContent manifest, List<Tag> tags, Caller caller) throws IOException;

    /** Removes a manifest with its tags; false if there was none. */
    boolean deleteManifest(Location repository, Digest manifest, Caller caller) throws IOException;

    /** Removes a tag only; false if there was none. */
    boolean deleteTag(Location repository, Tag tag, Caller caller) throws IOException;

    /** Takes a blob out of a repository; false if it was not there. */
    boolean deleteBlob(Location repository, Digest blob, Caller caller) throws IOException;

    /** How an append ended. */
    sealed interface Append {
        /** All of the body was taken; the session now has that many bytes. */
        record Taken(long sizeBytes) implements Append {}

        /** The offset is not where the session ends; nothing was read. */
        record OutOfOrder(long sizeBytes) implements Append {}

        /** No such session. */
        record Unknown() implements Append {}
    }
}
