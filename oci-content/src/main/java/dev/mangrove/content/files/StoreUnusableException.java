package dev.mangrove.content.files;

import java.io.IOException;

/** A store that cannot be opened: in use, of another version, damaged. For the operator: the message may name paths. */
public final class StoreUnusableException extends IOException {
    public StoreUnusableException(String message) {
        super(message);
    }
}
