package dev.mangrove.content;

/** How urgent a read is: someone waits, or not. */
public enum Priority {
    FOREGROUND,
    BACKGROUND
}
