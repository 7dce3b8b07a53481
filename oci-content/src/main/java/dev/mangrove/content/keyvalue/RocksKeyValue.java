package dev.mangrove.content.keyvalue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * A sorted map in RocksDB, for views that do not fit the heap. Its write-ahead log is off: after a crash it shows some
 * earlier state, whole batches in order, and the names log tells the rest. A folder that RocksDB cannot open is thrown
 * away, for the same reason.
 *
 * <p>Index and filter blocks stay outside the block cache: charged to a small cache they make lookups seven times
 * slower. Every native object is closed; calls after {@link #close()} fail instead of crashing the process.
 */
public final class RocksKeyValue implements KeyValue {
    private static final long BLOCK_CACHE_BYTES = 8L * 1024 * 1024;
    private static final long WRITE_BUFFER_BYTES = 8L * 1024 * 1024;
    private static final int MAX_OPEN_FILES = 256;
    private static final int MAX_LOG_FILES = 2;
    private static final long MAX_LOG_BYTES = 1024L * 1024;
    private static final int BLOOM_BITS = 10;

    private final Deque<AutoCloseable> natives;
    private final RocksDB database;
    private final WriteOptions unlogged;
    private final ReadWriteLock use = new ReentrantReadWriteLock();
    private boolean closed;

    private RocksKeyValue(Deque<AutoCloseable> natives, RocksDB database, WriteOptions unlogged) {
        this.natives = natives;
        this.database = database;
        this.unlogged = unlogged;
    }

    /** Opens the map in that directory, or makes it; an unreadable one is deleted and begun again. */
    public static RocksKeyValue open(Path directory) throws IOException {
        Files.createDirectories(directory);
        try {
            return openOnce(directory);
        } catch (RocksDBException damaged) {
            clear(directory);
            try {
                return openOnce(directory);
            } catch (RocksDBException e) {
                e.addSuppressed(damaged);
                throw new IOException("the index of names in " + directory + " cannot be made: " + e.getMessage(), e);
            }
        }
    }

    private static RocksKeyValue openOnce(Path directory) throws RocksDBException {
        loadLibrary(directory.resolveSibling("native"));
        Deque<AutoCloseable> natives = new ArrayDeque<>();
        try {
            Cache cache = kept(natives, new LRUCache(BLOCK_CACHE_BYTES));
            BloomFilter filter = kept(natives, new BloomFilter(BLOOM_BITS));
            Options options = kept(natives, new Options())
                    .setCreateIfMissing(true)
                    .setParanoidChecks(true)
                    .setWriteBufferSize(WRITE_BUFFER_BYTES)
                    .setMaxWriteBufferNumber(2)
                    .setMaxBackgroundJobs(2)
                    .setMaxOpenFiles(MAX_OPEN_FILES)
                    .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                    .setKeepLogFileNum(MAX_LOG_FILES)
                    .setMaxLogFileSize(MAX_LOG_BYTES)
                    .setStatsDumpPeriodSec(0)
                    .setTableFormatConfig(new BlockBasedTableConfig()
                            .setBlockCache(cache)
                            .setFilterPolicy(filter)
                            .setCacheIndexAndFilterBlocks(false));
            WriteOptions unlogged = kept(natives, new WriteOptions()).setDisableWAL(true);
            RocksDB database = kept(natives, RocksDB.open(options, directory.toString()));
            return new RocksKeyValue(natives, database, unlogged);
        } catch (RocksDBException | RuntimeException e) {
            closeAll(natives);
            throw e;
        }
    }

    /**
     * Unpacked into a folder of the store, where the next start replaces it: in the system's temporary folder every killed
     * process would leave one more. Where nothing may be run from there, the temporary folder has to do.
     */
    private static void loadLibrary(Path folder) {
        try {
            Files.createDirectories(folder);
            NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
        } catch (IOException | RuntimeException | UnsatisfiedLinkError e) {
            System.getLogger(RocksKeyValue.class.getName())
                    .log(System.Logger.Level.DEBUG, "the library of RocksDB goes to the temporary folder", e);
        }
        RocksDB.loadLibrary();
    }

    private static <T extends AutoCloseable> T kept(Deque<AutoCloseable> natives, T one) {
        natives.push(one);
        return one;
    }

    /** Deletes the files in the directory; RocksDB makes no folders in it. */
    private static void clear(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public Optional<byte[]> get(byte[] key) throws IOException {
        return using(() -> Optional.ofNullable(database.get(key)));
    }

    @Override
    public void write(List<Change> changes) throws IOException {
        if (changes.isEmpty()) {
            return;
        }
        using(() -> {
            try (WriteBatch batch = new WriteBatch()) {
                for (Change change : changes) {
                    switch (change) {
                        case Change.Put put -> batch.put(put.key(), put.value());
                        case Change.Remove remove -> batch.delete(remove.key());
                    }
                }
                database.write(unlogged, batch);
                return true;
            }
        });
    }

    /** Shows one state throughout, whatever is written meanwhile. */
    @Override
    public void scan(byte[] prefix, byte[] afterKey, Visitor visitor) throws IOException {
        using(() -> {
            byte[] end = successor(prefix);
            try (Slice upper = new Slice(end.length == 0 ? new byte[1] : end);
                    ReadOptions options = new ReadOptions()) {
                if (end.length > 0) {
                    options.setIterateUpperBound(upper);
                }
                try (RocksIterator entries = database.newIterator(options)) {
                    scan(entries, prefix, afterKey, visitor);
                }
                return true;
            }
        });
    }

    private static void scan(RocksIterator entries, byte[] prefix, byte[] afterKey, Visitor visitor)
            throws IOException, RocksDBException {
        boolean fromPrefix = Arrays.compareUnsigned(afterKey, prefix) < 0;
        entries.seek(fromPrefix ? prefix : afterKey);
        if (!fromPrefix && afterKey.length > 0 && entries.isValid() && Arrays.equals(entries.key(), afterKey)) {
            entries.next();
        }
        while (entries.isValid() && visitor.visit(entries.key(), entries.value())) {
            entries.next();
        }
        entries.status();
    }

    /** The first key after all that have the prefix; empty if there is no such key. */
    private static byte[] successor(byte[] prefix) {
        int last = prefix.length - 1;
        while (last >= 0 && prefix[last] == (byte) 0xff) {
            last--;
        }
        byte[] successor = Arrays.copyOf(prefix, last + 1);
        if (last >= 0) {
            successor[last]++;
        }
        return successor;
    }

    private <T> T using(Work<T> work) throws IOException {
        use.readLock().lock();
        try {
            if (closed) {
                throw new IOException("the index of names is closed");
            }
            return work.run();
        } catch (RocksDBException e) {
            throw new IOException("the index of names failed: " + e.getMessage(), e);
        } finally {
            use.readLock().unlock();
        }
    }

    /** Writes out what is in memory, so that the next start has little to read from the log; waits for calls to end. */
    @Override
    public void close() throws IOException {
        use.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            try (FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
                database.flush(flush);
            } catch (RocksDBException e) {
                throw new IOException("the index of names could not be written out: " + e.getMessage(), e);
            } finally {
                closeAll(natives);
            }
        } finally {
            use.writeLock().unlock();
        }
    }

    private static void closeAll(Deque<AutoCloseable> natives) {
        while (!natives.isEmpty()) {
            try {
                natives.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("closing a native object failed", e);
            }
        }
    }

    @FunctionalInterface
    private interface Work<T> {
        T run() throws IOException, RocksDBException;
    }
}
