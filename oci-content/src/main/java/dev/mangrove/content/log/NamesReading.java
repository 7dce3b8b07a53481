package dev.mangrove.content.log;

import dev.mangrove.content.files.StoreUnusableException;
import dev.mangrove.content.files.SystemDisk;
import dev.mangrove.content.keyvalue.HeapKeyValue;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a names log says, read from outside: writes nothing and takes no lock, so the process that owns the log may go on
 * writing. Holds everything in memory; shows one moment between the call and its return.
 */
public final class NamesReading {
    private static final int PAGE = 1_000;
    private static final int MAX_TRIES = 5;

    private final View view;

    private NamesReading(View view) {
        this.view = view;
    }

    /**
     * Reads a log.
     *
     * @param directory its folder; one that is not there reads as empty
     * @throws StoreUnusableException if it is damaged
     */
    public static NamesReading of(Path directory) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return new NamesReading(read(directory));
            } catch (NoSuchFileException | StoreUnusableException e) {
                if (tries == MAX_TRIES) {
                    throw e;
                } // maybe the owner wrote a snapshot and let go of what it contains: the next try finds the snapshot
            }
        }
    }

    @SuppressWarnings("resource") // a map on the heap has nothing to close
    private static View read(Path path) throws IOException {
        HeapKeyValue entries = new HeapKeyValue();
        View view = new View(entries);
        if (!Files.isDirectory(path)) {
            return view;
        }
        ViewWriter writer = new ViewWriter(entries);
        LogDirectory directory = new LogDirectory(new SystemDisk(), path);
        byte[] id = directory.logId();
        Optional<LogFile> snapshot = directory.snapshot();
        List<LogFile> segments = directory.segments();
        long shown = 0;
        if (snapshot.isPresent()) {
            new Snapshot(new SystemDisk(), directory, id).read(snapshot.get(), writer::apply);
            shown = snapshot.get().position();
        }
        follow(segments, id, shown, writer);
        return view;
    }

    private static void follow(List<LogFile> segments, byte[] id, long snapshot, ViewWriter writer) throws IOException {
        long shown = snapshot;
        for (int i = 0; i < segments.size(); i++) {
            boolean isLast = i + 1 == segments.size();
            boolean isPast = !isLast && segments.get(i + 1).position() <= snapshot + 1;
            if (!isPast) {
                requireNoGap(segments.get(i), shown);
                shown = Math.max(shown, follow(segments.get(i), id, shown, isLast, writer));
            }
        }
    }

    private static void requireNoGap(LogFile segment, long shown) throws StoreUnusableException {
        if (segment.position() > shown + 1) {
            throw new StoreUnusableException("the names log lacks the entries " + (shown + 1) + " to "
                    + (segment.position() - 1) + ": restore the log directory from a backup");
        }
    }

    private static long follow(LogFile segment, byte[] id, long after, boolean isLast, ViewWriter writer)
            throws IOException {
        long position = segment.position() - 1;
        try (FrameReader frames = new FrameReader(segment, id)) {
            for (Optional<Frame> frame = frames.next(); frame.isPresent(); frame = frames.next()) {
                for (byte[] unit : frame.get().units()) {
                    position++;
                    if (position > after) {
                        for (NameRecord record : RecordCodec.decode(unit)) {
                            writer.apply(record);
                        }
                    }
                }
            }
            requireWhole(frames, isLast, position + 1);
        }
        return position;
    }

    /** The last segment may end in half a frame: the owner may be writing it, or a crash have torn it. */
    private static void requireWhole(FrameReader frames, boolean isLast, long expected) throws IOException {
        if (frames.atEnd()) {
            return;
        }
        if (!isLast) {
            throw frames.damaged("no whole entry stands there");
        }
        frames.requireTornTail(expected);
    }

    /** Every repository, in name order. */
    public List<Location> repositories() throws IOException {
        return all(after -> view.repositories(after.map(Location::toString), PAGE));
    }

    /** Every manifest of a repository, in digest order. */
    public List<NameRecord.ManifestLinked> manifests(Location repository) throws IOException {
        return all(after -> view.manifests(repository, after.map(NameRecord.ManifestLinked::manifest), PAGE));
    }

    /** Every blob of a repository, in digest order. */
    public List<NameRecord.BlobLinked> blobs(Location repository) throws IOException {
        return all(after -> view.blobs(repository, after.map(NameRecord.BlobLinked::blob), PAGE));
    }

    /** Every tag of a repository, in ASCII order. */
    public List<Tag> tags(Location repository) throws IOException {
        return all(after -> view.tags(repository, after.map(Tag::value), PAGE));
    }

    /** Repositories that link a blob or manifest, at most {@code limit}. */
    public List<Location> linksOf(Digest digest, int limit) throws IOException {
        return view.linksOf(digest, limit);
    }

    /** Gives what comes after an element. */
    @FunctionalInterface
    private interface Page<T> {
        List<T> after(Optional<T> last) throws IOException;
    }

    private static <T> List<T> all(Page<T> pages) throws IOException {
        List<T> found = new ArrayList<>(pages.after(Optional.empty()));
        for (int before = 0; found.size() - before == PAGE; ) {
            before = found.size();
            found.addAll(pages.after(Optional.of(found.getLast())));
        }
        return found;
    }
}
