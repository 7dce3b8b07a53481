package dev.mangrove.delta;

import dev.mangrove.oci.ByteRange;
import dev.mangrove.oci.Digest;
import java.io.IOException;

/** A delta that did not lead to its target. Nothing wrong was written. */
public abstract sealed class DeltaException extends IOException {
    private DeltaException(String message) {
        super(message);
    }

    /** A base that the delta names was not given. */
    public static final class MissingBase extends DeltaException {
        private final Digest digest;

        MissingBase(Digest digest, long size) {
            super("the delta needs a base " + digest + " of " + size + " bytes, which is not among those given");
            this.digest = digest;
        }

        /** The digest of the missing base. */
        public Digest digest() {
            return digest;
        }
    }

    /** The base is not the one the delta was made from, or it is damaged. */
    public static final class WrongBase extends DeltaException {
        private final ByteRange range;

        WrongBase(ByteRange range) {
            super("the base does not fit the delta at bytes " + range.offset() + " to " + range.end()
                    + " of the target: use the base the delta names, or fetch these bytes from the full file");
            this.range = range;
        }

        /** The bytes of the target that could not be made. */
        public ByteRange range() {
            return range;
        }
    }

    /** The delta itself is damaged. */
    public static final class Damaged extends DeltaException {
        private final ByteRange range;

        Damaged(ByteRange range) {
            super("the delta is damaged at bytes " + range.offset() + " to " + range.end()
                    + " of the target: fetch it again, or fetch these bytes from the full file");
            this.range = range;
        }

        /** The bytes of the target that could not be made. */
        public ByteRange range() {
            return range;
        }
    }

    /** Every segment was right by its own check, but the whole is not the promised one. */
    public static final class WrongTarget extends DeltaException {
        private final Digest expected;
        private final Digest actual;

        WrongTarget(Digest expected, Digest actual) {
            super("the result is " + actual + ", not " + expected + "; its end was not written");
            this.expected = expected;
            this.actual = actual;
        }

        /** The digest that the delta promises. */
        public Digest expected() {
            return expected;
        }

        /** The digest of what was made. */
        public Digest actual() {
            return actual;
        }
    }
}
