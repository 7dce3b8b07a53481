package dev.mangrove.delta;

/** Told how far a delta's making or applying has come; called from the thread that does the work. */
@FunctionalInterface
public interface Progress {
    /** Nobody listens. */
    Progress NONE = (done, total) -> {};

    /** {@code done} of {@code total} bytes of the target are finished; {@code done} never falls. */
    void at(long done, long total);
}
