package dev.mangrove.content.files;

import dev.mangrove.content.CommitOutcome;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.Ingest;
import dev.mangrove.content.Uploads;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** Upload sessions, one file each. Only ids that this class made or found on disk are ever turned into a path. */
final class UploadSessions implements Uploads {
    /** Most sessions at a time; abandoned ones are reaped long before a healthy server gets there. */
    static final int MAX_SESSIONS = 20_000;

    private static final int ID_BYTES = 16;

    private final Disk disk;
    private final Path directory;
    private final Function<Path, StagedFile> stage;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();

    UploadSessions(Disk disk, Path directory, Function<Path, StagedFile> stage, InstantSource clock) {
        this.disk = disk;
        this.directory = directory;
        this.stage = stage;
        this.clock = clock;
    }

    /** Takes over a session of an earlier process. */
    void adopt(StagedFile staged, long lastWrittenMillis) {
        Session session = new Session(staged, lastWrittenMillis);
        sessions.put(staged.path().getFileName().toString(), session);
    }

    @Override
    public String open() throws IOException {
        if (sessions.size() >= MAX_SESSIONS) {
            throw new ContentException.OverBudget(
                    "too many uploads are open (" + MAX_SESSIONS + "): finish or cancel some, or try again later",
                    null);
        }
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        String id = HexFormat.of().formatHex(bytes);
        Path file = directory.resolve(id);
        try (FileChannel _ = disk.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            sessions.put(id, new Session(stage.apply(file), clock.millis()));
        }
        return id;
    }

    @Override
    public Optional<Ingest> take(String id) throws IOException {
        Session session = sessions.get(id);
        if (session == null) {
            return Optional.empty();
        }
        if (!session.taken.compareAndSet(false, true)) {
            throw new ContentException.Unavailable(
                    "another request is writing to this upload: wait for it to end, then ask for the offset", null);
        }
        if (session.staged.isEnded()) {
            return Optional.empty(); // it ended between the look-up and the take
        }
        return Optional.of(new Turn(id, session));
    }

    @Override
    public Optional<Long> sizeBytes(String id) {
        return Optional.ofNullable(sessions.get(id)).map(session -> session.staged.sizeBytes());
    }

    @Override
    public boolean cancel(String id) throws IOException {
        Optional<Ingest> turn = take(id);
        if (turn.isEmpty()) {
            return false;
        }
        try (Ingest ingest = turn.get()) {
            ((Turn) ingest).session.staged.discard();
        }
        return true;
    }

    @Override
    public int reap(Duration idle) throws IOException {
        long before = clock.millis() - idle.toMillis();
        Map<String, Session> found = new HashMap<>();
        sessions.forEach((id, session) -> {
            if (session.lastWrittenMillis <= before) {
                found.put(id, session);
            }
        });
        int reaped = 0;
        for (Map.Entry<String, Session> entry : found.entrySet()) {
            reaped += discardIfIdle(entry.getKey(), entry.getValue(), before) ? 1 : 0;
        }
        return reaped;
    }

    /** Looks again in its own turn, for a writer may have come and gone since; one that is here is not disturbed. */
    private boolean discardIfIdle(String id, Session session, long before) throws IOException {
        if (!session.taken.compareAndSet(false, true)) {
            return false;
        }
        try (Turn _ = new Turn(id, session)) {
            if (session.staged.isEnded() || session.lastWrittenMillis > before) {
                return false;
            }
            session.staged.discard();
            return true;
        }
    }

    int count() {
        return sessions.size();
    }

    private static final class Session {
        final StagedFile staged;
        final AtomicBoolean taken = new AtomicBoolean();
        volatile long lastWrittenMillis;

        Session(StagedFile staged, long lastWrittenMillis) {
            this.staged = staged;
            this.lastWrittenMillis = lastWrittenMillis;
        }
    }

    /** One writer's turn at a session. */
    private final class Turn implements Ingest {
        private final String id;
        private final Session session;
        private boolean over;

        Turn(String id, Session session) {
            this.id = id;
            this.session = session;
        }

        @Override
        public long sizeBytes() {
            return session.staged.sizeBytes();
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            session.staged.write(bytes);
            session.lastWrittenMillis = clock.millis();
        }

        @Override
        public CommitOutcome commit(Digest expected) throws IOException {
            return session.staged.commit(expected);
        }

        @Override
        public void close() throws IOException {
            if (over) {
                return;
            }
            over = true;
            try {
                session.staged.suspend();
            } finally {
                if (session.staged.isEnded()) {
                    sessions.remove(id);
                }
                session.taken.set(false);
            }
        }
    }
}
