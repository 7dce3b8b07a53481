package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.ContentException;
import dev.mangrove.content.Origin;
import dev.mangrove.distribution.client.RemoteBlob;
import dev.mangrove.oci.ByteRange;
import dev.mangrove.proxy.pullthrough.ManifestSource.Place;
import dev.mangrove.proxy.upstream.Asking;
import dev.mangrove.proxy.upstream.Upstreams.Source;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where the bytes of one fill come from: one upstream at a time, the next one when it fails. An upstream that has not got
 * the blob, or lies about it, is not asked again by this fill; one that broke off is, after a pause, until no byte came for too long.
 */
final class BlobSources {
    /**
     * Answers in a row that something is wrong, without a byte between them. Each may cost the upstream a download of its
     * own, from one that lies, so these are counted, while what is away is waited for.
     */
    private static final int MAX_ANSWERS = 4;

    private final Place place;
    private final long sizeBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Source> usable;
    private final Waiting waiting;
    private int failuresInARow;
    private int answersInARow;
    private boolean gaveUp;
    private Optional<Source> latest;
    private boolean onlyAbsences = true;

    /**
     * @param sources in the order to try; at least one
     * @param waiting for one of them to send a byte
     */
    BlobSources(Place place, long sizeBytes, List<Source> sources, Waiting waiting) {
        this.waiting = waiting;
        this.place = place;
        this.sizeBytes = sizeBytes;
        this.usable = new ArrayList<>(sources);
        this.latest = sources.stream().findFirst();
    }

    /** An open answer, and who sends it. */
    record Opened(RemoteBlob blob, Source source) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            blob.close();
        }
    }

    /** How an attempt to open ended. */
    sealed interface Attempt {
        /** Bytes will come. */
        record Open(Opened opened) implements Attempt {}

        /** They will not, from there. */
        record Failed(Source source, IOException why) implements Attempt {}
    }

    /** One attempt at whoever is next. */
    Attempt open(ByteRange wanted) throws IOException {
        Source source = current();
        boolean whole = wanted.offset() == 0 && wanted.end() == sizeBytes;
        try {
            Optional<RemoteBlob> blob = source.upstream()
                    .client()
                    .open(
                            source.remote(),
                            place.digest(),
                            whole ? Optional.empty() : Optional.of(wanted),
                            OptionalLong.of(sizeBytes));
            return blob.isPresent()
                    ? new Attempt.Open(new Opened(blob.get(), source))
                    : new Attempt.Failed(source, new NotThere(source, place));
        } catch (IOException e) {
            return new Attempt.Failed(source, e);
        }
    }

    /** A byte came. */
    void worked() {
        lock.lock();
        try {
            failuresInARow = 0;
            answersInARow = 0;
            onlyAbsences = false;
            waiting.progressed();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes note of a failure.
     *
     * @return how long to wait before the next attempt
     * @throws IOException the failure, if there is no hope left
     */
    Duration failed(Source source, IOException why) throws IOException {
        lock.lock();
        try {
            failuresInARow++;
            answersInARow += why instanceof ContentException.Unavailable told && told.isAnswered() ? 1 : 0;
            onlyAbsences &= why instanceof NotThere;
            boolean again =
                    !(why instanceof NotThere) && !(why instanceof ContentException known && !mayRecover(known));
            boolean wasCurrent = usable.remove(source);
            if (again && wasCurrent) {
                usable.add(source); // at the end: the others first
            }
            Duration asked = usable.size() == 1 ? askedFor(why) : Duration.ZERO; // of several, another may do at once
            gaveUp = !usable.isEmpty()
                    && (waiting.isOver() || waiting.wouldBeOver(asked) || answersInARow >= MAX_ANSWERS * usable.size());
            if (usable.isEmpty() || gaveUp) {
                throw Asking.failure(source, why);
            }
            int rounds = failuresInARow / usable.size();
            return again && rounds > 0 ? waiting.pause(rounds, asked) : Duration.ZERO;
        } finally {
            lock.unlock();
        }
    }

    /** The pause that whoever answered asked for. */
    private static Duration askedFor(IOException why) {
        return why instanceof ContentException.Unavailable told
                ? told.retryAfter().orElse(Duration.ZERO)
                : Duration.ZERO;
    }

    /** Whether nobody had it and nothing worse happened. */
    boolean isAbsent() {
        lock.lock();
        try {
            return onlyAbsences && usable.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Whether nobody sent a byte for too long. */
    boolean hasGivenUp() {
        lock.lock();
        try {
            return gaveUp;
        } finally {
            lock.unlock();
        }
    }

    /** Where the bytes come from now. */
    Origin origin() {
        lock.lock();
        try {
            return latest.map(source -> source.upstream().origin()).orElse(Origin.UPSTREAM);
        } finally {
            lock.unlock();
        }
    }

    private Source current() throws IOException {
        lock.lock();
        try {
            if (usable.isEmpty()) {
                throw new ContentException.Unavailable("no upstream is left to get " + place.digest() + " from", null);
            }
            latest = Optional.of(usable.getFirst());
            return usable.getFirst();
        } finally {
            lock.unlock();
        }
    }

    private static boolean mayRecover(ContentException failure) {
        return switch (failure) {
            case ContentException.Unavailable unavailable -> true;
            case ContentException.Corrupt corrupt -> false;
            case ContentException.Refused refused -> false;
            case ContentException.OverBudget full -> false;
            case ContentException.Loop loop -> false;
        };
    }

    /** An upstream that has not got the blob. */
    private static final class NotThere extends IOException {
        NotThere(Source source, Place place) {
            super(source.upstream().name() + " has no blob " + place.digest() + " in " + place.repository());
        }
    }
}
