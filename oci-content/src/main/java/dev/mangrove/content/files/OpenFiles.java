package dev.mangrove.content.files;

import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the files read last open and shares them: opening costs more than serving a small blob. A file that is pushed
 * out or forgotten while lent is closed by whoever returns it last. Safe for any thread.
 */
final class OpenFiles {
    private final int maxIdle;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Digest, OpenFile> files = new LinkedHashMap<>(16, 0.75f, true);

    /** @param maxIdle most files kept open for nobody; those lent come on top */
    OpenFiles(int maxIdle) {
        this.maxIdle = maxIdle;
    }

    /** Lends the file if it is open; give it back. */
    Optional<OpenFile> borrow(Digest digest) {
        lock.lock();
        try {
            @Nullable OpenFile file = files.get(digest);
            if (file == null) {
                return Optional.empty();
            }
            if (!file.channel.isOpen()) { // somebody broke the rule and interrupted a reader
                files.remove(digest);
                return Optional.empty();
            }
            file.borrowers++;
            return Optional.of(file);
        } finally {
            lock.unlock();
        }
    }

    /** Takes an open file and lends it; give it back. The caller holds the lock of that digest. */
    OpenFile add(Digest digest, FileChannel channel, long sizeBytes, long touchedMillis) throws IOException {
        OpenFile file = new OpenFile(channel, sizeBytes, touchedMillis);
        lock.lock();
        try {
            file.borrowers = 1;
            file.kept = true;
            closeIfIdle(files.put(digest, file));
            Iterator<OpenFile> eldest = files.values().iterator();
            while (files.size() > maxIdle) {
                OpenFile pushedOut = eldest.next();
                eldest.remove();
                closeIfIdle(pushedOut);
            }
        } finally {
            lock.unlock();
        }
        return file;
    }

    void giveBack(OpenFile file) throws IOException {
        lock.lock();
        try {
            file.borrowers--;
            if (!file.kept && file.borrowers == 0) {
                file.channel.close();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The file goes away: nobody new gets it. The caller holds the lock of that digest. */
    void forget(Digest digest) throws IOException {
        lock.lock();
        try {
            closeIfIdle(files.remove(digest));
        } finally {
            lock.unlock();
        }
    }

    /** Files kept open. */
    int size() {
        lock.lock();
        try {
            return files.size();
        } finally {
            lock.unlock();
        }
    }

    void closeAll() throws IOException {
        lock.lock();
        try {
            for (OpenFile file : files.values()) {
                closeIfIdle(file);
            }
            files.clear();
        } finally {
            lock.unlock();
        }
    }

    private static void closeIfIdle(@Nullable OpenFile file) throws IOException {
        if (file != null) {
            file.kept = false;
            if (file.borrowers == 0) {
                file.channel.close();
            }
        }
    }

    /** A shared open file; its counters belong to the lock. */
    static final class OpenFile {
        final FileChannel channel;
        final long sizeBytes;
        volatile long touchedMillis;
        private int borrowers;
        private boolean kept;

        OpenFile(FileChannel channel, long sizeBytes, long touchedMillis) {
            this.channel = channel;
            this.sizeBytes = sizeBytes;
            this.touchedMillis = touchedMillis;
        }
    }
}
