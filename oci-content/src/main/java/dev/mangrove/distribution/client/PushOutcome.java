package dev.mangrove.distribution.client;

/** How a blob came to be in a repository. */
public enum PushOutcome {
    /** It was there. */
    ALREADY_THERE,
    /** The registry had it in another repository. */
    MOUNTED,
    /** It was sent. */
    UPLOADED
}
