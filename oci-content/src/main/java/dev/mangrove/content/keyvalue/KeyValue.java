package dev.mangrove.content.keyvalue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** An ordered map from byte strings to byte strings; keys are compared unsigned. Safe for any thread. */
public interface KeyValue extends AutoCloseable {
    /** The value of a key; the array is the caller's. */
    Optional<byte[]> get(byte[] key) throws IOException;

    /** Applies all changes or none, in order. */
    void write(List<Change> changes) throws IOException;

    /**
     * Visits entries with that prefix in key order, starting after {@code afterKey}, until the visitor says no.
     *
     * @param afterKey exclusive start; empty array for the beginning of the prefix
     */
    void scan(byte[] prefix, byte[] afterKey, Visitor visitor) throws IOException;

    @Override
    void close() throws IOException;

    /** One change of a batch. */
    sealed interface Change {
        /** Sets a key. */
        record Put(byte[] key, byte[] value) implements Change {}

        /** Removes a key; absent is fine. */
        record Remove(byte[] key) implements Change {}
    }

    /** Sees entries of a scan; arrays are the visitor's. */
    @FunctionalInterface
    interface Visitor {
        boolean visit(byte[] key, byte[] value) throws IOException;
    }
}
