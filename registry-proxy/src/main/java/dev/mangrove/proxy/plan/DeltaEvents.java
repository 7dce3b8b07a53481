package dev.mangrove.proxy.plan;

import dev.mangrove.oci.Digest;
import java.util.function.IntSupplier;

/** Told what deltas save and how they fail; called on the threads of fills. */
public interface DeltaEvents {
    /** Why a delta did not lead to its target; the value of a metric's label. */
    enum Failure {
        /** The base here is not the one the delta was made from, or is damaged. */
        WRONG_BASE,
        /** The base was evicted. */
        BASE_GONE,
        /** The delta is damaged, or made to harm. */
        BAD_DELTA,
        /** It cannot be had. */
        UNAVAILABLE,
        /** The disk is full. */
        NO_ROOM;

        /** The value of a metric's label. */
        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** A blob was made by deltas. */
    void applied(Digest blob, long targetBytes, long wireBytes);

    /** A plan failed. */
    void failed(Digest blob, Failure why, String message);

    /** A base was read again, found to be damaged, and taken out of the store. */
    void damaged(Digest base);

    /** Where to ask how many deltas wait to be applied; told once. */
    default void waiting(int atMost, IntSupplier deltas) {}

    /** Writes to the log and counts nothing. */
    static DeltaEvents logging() {
        System.Logger log = System.getLogger(DeltaEvents.class.getPackageName());
        return new DeltaEvents() {
            @Override
            public void applied(Digest blob, long targetBytes, long wireBytes) {
                log.log(
                        System.Logger.Level.INFO,
                        () -> blob + " of " + targetBytes + " bytes was made from a delta of " + wireBytes);
            }

            @Override
            public void damaged(Digest base) {
                log.log(
                        System.Logger.Level.ERROR,
                        () -> "the stored blob " + base + " was damaged and is in quarantine: check the disk");
            }

            @Override
            public void failed(Digest blob, Failure why, String message) {
                log.log(System.Logger.Level.WARNING, () -> "no delta to " + blob + ": " + message);
            }
        };
    }
}
