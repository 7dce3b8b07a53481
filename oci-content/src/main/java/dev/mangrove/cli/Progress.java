package dev.mangrove.cli;

/** Tells a person or a program, on stderr, how a transfer of several files goes. Safe for any thread. */
public interface Progress extends AutoCloseable {
    /** Says nothing. */
    Progress NONE = (name, digest, totalBytes) -> Item.SILENT;

    /**
     * A file begins.
     *
     * @param digest of its bytes; empty while unknown
     */
    Item start(String name, String digest, long totalBytes);

    /** The end of it all. */
    @Override
    default void close() {}

    /** One file under way. */
    interface Item {
        Item SILENT = new Item() {
            @Override
            public void advance(long bytes) {}

            @Override
            public void done(String note) {}
        };

        /** More bytes are where they should be; negative if bytes turned out to be wrong and go again. */
        void advance(long bytes);

        /** It is complete. The note says how, for example {@code already there}; empty: not worth a line. */
        void done(String note);
    }
}
