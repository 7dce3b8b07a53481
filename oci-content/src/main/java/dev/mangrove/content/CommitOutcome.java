package dev.mangrove.content;

/** How a commit ended: both are success. */
public enum CommitOutcome {
    COMMITTED,
    ALREADY_PRESENT
}
