package dev.mangrove.proxy.plan;

import dev.mangrove.content.BlobStore;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a delta starts from, lent by the store for as long as it is applied. */
final class LentBases {
    private LentBases() {}

    /** Uses all of them. */
    @FunctionalInterface
    interface User {
        void use(List<ByteSource> bases) throws IOException;
    }

    /** The base was there when the plan was made. */
    static final class Gone extends IOException {
        Gone(Digest base) {
            super("the base " + base + " is no longer here");
        }
    }

    /** The base cannot be read: a disk that loses what it keeps. */
    static final class Unreadable extends IOException {
        Unreadable(Digest base, IOException why) {
            super("the base " + base + " cannot be read", why);
        }
    }

    /**
     * Lends blobs, in their order.
     *
     * @throws Gone if the store has not got one
     * @throws Unreadable where the user reads one, and the disk fails
     */
    static void lend(BlobStore store, List<Digest> wanted, User user) throws IOException {
        lend(store, wanted, new ArrayList<>(), user);
    }

    private static void lend(BlobStore store, List<Digest> wanted, List<ByteSource> lent, User user)
            throws IOException {
        if (lent.size() == wanted.size()) {
            user.use(lent);
            return;
        }
        Digest base = wanted.get(lent.size());
        Optional<Boolean> done = store.read(base, Optional.empty(), blob -> {
            lent.add(new Base(base, LentSource.of(blob, _ -> {})));
            lend(store, wanted, lent, user);
            return true;
        });
        if (done.isEmpty()) {
            throw new Gone(base);
        }
    }

    /** A base whose trouble can be told from that of the delta. */
    private record Base(Digest digest, ByteSource bytes) implements ByteSource {
        @Override
        public long size() {
            return bytes.size();
        }

        @Override
        public void read(long position, byte[] into, int from, int length) throws IOException {
            try {
                bytes.read(position, into, from, length);
            } catch (IOException e) {
                throw new Unreadable(digest, e);
            }
        }
    }
}
