package dev.mangrove.observe;

/**
 * What a handler further in finds out about the request of this thread, for the log line that is written further out.
 * Outside of an {@link AccessLog} notes go nowhere.
 */
public final class RequestNotes {
    private static final ScopedValue<RequestNotes> CURRENT = ScopedValue.newInstance();
    private volatile String caller = "-";

    RequestNotes() {}

    /** The name that the request's credentials proved. */
    public static void caller(String name) {
        if (CURRENT.isBound()) {
            CURRENT.get().caller = name;
        }
    }

    static ScopedValue<RequestNotes> current() {
        return CURRENT;
    }

    String caller() {
        return caller;
    }
}
