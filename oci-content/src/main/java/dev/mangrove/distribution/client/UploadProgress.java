package dev.mangrove.distribution.client;

/** Told of an upload as it goes. Called on the thread that uploads; must be quick. */
@FunctionalInterface
public interface UploadProgress {
    /** Tells nobody. */
    UploadProgress NONE = (sentBytes, totalBytes) -> {};

    /** @param sentBytes bytes of the blob given to the socket so far; goes back when a piece has to be sent again */
    void sent(long sentBytes, long totalBytes);
}
