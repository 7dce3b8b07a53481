package dev.mangrove.observe;

import java.util.Optional;

/** Whether a process can do its work now. */
@FunctionalInterface
public interface Readiness {
    /** Always ready. */
    Readiness READY = Optional::empty;

    /** Why it is not ready, in words for the operator; empty if it is. Must be quick to tell. */
    Optional<String> obstacle();
}
