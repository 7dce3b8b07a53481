package dev.mangrove.content.log;

import dev.mangrove.content.keyvalue.KeyValue;
import dev.mangrove.content.keyvalue.KeyValue.Change;
import dev.mangrove.content.log.ViewKey.Table;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Removes leases and pins that have run out from a view that others go on writing to. */
final class Expiry {
    /** Appends wait for one batch, not for all that ran out. */
    private static final int BATCH = 1000;

    private final KeyValue entries;
    private final GroupCommit commits;

    Expiry(KeyValue entries, GroupCommit commits) {
        this.entries = entries;
        this.commits = commits;
    }

    void drop(Instant now) throws IOException {
        for (Table table : List.of(Table.PIN, Table.LEASE)) {
            List<byte[]> expired = expired(table, now);
            for (int from = 0; from < expired.size(); from += BATCH) {
                List<byte[]> batch = expired.subList(from, Math.min(from + BATCH, expired.size()));
                commits.exclusively(() -> removeExpired(batch, now));
            }
        }
    }

    private List<byte[]> expired(Table table, Instant now) throws IOException {
        List<byte[]> keys = new ArrayList<>();
        entries.scan(ViewKey.in(table).bytes(), new byte[0], (key, value) -> {
            if (View.isExpired(RecordCodec.decodeOne(value), now)) {
                keys.add(key);
            }
            return true;
        });
        return keys;
    }

    /** Looks again, for what was found expired may have been renewed by an append in the meantime. */
    private void removeExpired(List<byte[]> keys, Instant now) throws IOException {
        List<Change> changes = new ArrayList<>();
        for (byte[] key : keys) {
            Optional<byte[]> value = entries.get(key);
            if (value.isPresent() && View.isExpired(RecordCodec.decodeOne(value.get()), now)) {
                changes.add(new Change.Remove(key));
            }
        }
        entries.write(changes);
    }
}
