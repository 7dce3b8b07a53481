package dev.mangrove.proxy.pullthrough;

import dev.mangrove.oci.ByteRange;
import java.util.HashSet;
import java.util.Set;

/** What the lanes of a fill bring at this moment, so that no two bring the same bytes. Safe for any thread. */
final class Underway {
    private final Set<Stretch> stretches = new HashSet<>();

    /** A stretch that one lane brings in order; ended by closing it. */
    final class Stretch implements AutoCloseable {
        private final long end;
        private long position;
        private boolean moved;

        private Stretch(ByteRange wanted) {
            this.end = wanted.end();
            this.position = wanted.offset();
        }

        /** The next byte to come. */
        void at(long next) {
            synchronized (Underway.this) {
                position = next;
                moved = true;
            }
        }

        private boolean bringsSoon(long offset) {
            return position <= offset && offset < end && offset - position < LaneCopy.NEAR_BYTES;
        }

        @Override
        public void close() {
            synchronized (Underway.this) {
                stretches.remove(this);
            }
        }
    }

    /** Begins a stretch. */
    synchronized Stretch begin(ByteRange wanted) {
        Stretch stretch = new Stretch(wanted);
        stretches.add(stretch);
        return stretch;
    }

    /** How far somebody brings what begins with that byte, who soon comes to it; the byte itself if nobody does. */
    synchronized long broughtUntil(long offset) {
        return stretches.stream()
                .filter(stretch -> stretch.bringsSoon(offset))
                .mapToLong(stretch -> stretch.end)
                .max()
                .orElse(offset);
    }

    /**
     * Whether somebody brings that byte soon who has brought something: one that still waits for its upstream may do so for
     * long.
     */
    synchronized boolean isComing(long offset) {
        return stretches.stream().anyMatch(stretch -> stretch.moved && stretch.bringsSoon(offset));
    }
}
