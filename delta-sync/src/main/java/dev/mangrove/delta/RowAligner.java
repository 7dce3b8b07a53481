package dev.mangrove.delta;

import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.oci.ByteRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Finds which row of the base each row of a grown or shrunken tensor was, from rows that did not change: a vocabulary
 * with a few more words keeps most of its rows, only elsewhere.
 */
final class RowAligner {
    private static final int MAX_RUNS = 256;
    private static final int CONFIRMING_ROWS = 16;
    private static final int BUFFER_BYTES = 1 << 20;

    private final int rowBytes;

    RowAligner(int rowBytes) {
        this.rowBytes = rowBytes;
    }

    /**
     * Rows of the target that stand one after the other in the base too.
     *
     * @param baseRow first row in the base, -1 if the rows are new
     */
    record Run(long row, long count, long baseRow) {}

    /** All rows of the target, in order, as runs. */
    List<Run> align(ByteSource base, ByteRange baseRange, ByteSource target, ByteRange targetRange) throws IOException {
        long[] old = hashes(base, baseRange);
        long[] now = hashes(target, targetRange);
        Map<Long, Integer> places = new HashMap<>();
        for (int row = 0; row < old.length; row++) {
            places.merge(old[row], row, (a, b) -> -1);
        }
        List<Run> runs = new ArrayList<>();
        int done = 0;
        int used = 0;
        int row = 0;
        int baseRow = 0;
        // Invariant: rows from done to row go on in the base from used to baseRow.
        for (int next = 0; next < now.length; next++) {
            int place = places.getOrDefault(now[next], -1);
            boolean sameShift = place - used == next - done;
            if (place >= baseRow && (sameShift || isConfirmed(now, places, next, place))) {
                if (!sameShift) {
                    between(runs, done, row - done, used, baseRow - used);
                    between(runs, row, next - row, baseRow, place - baseRow);
                    done = next;
                    used = place;
                }
                row = next + 1;
                baseRow = place + 1;
            }
        }
        between(runs, done, now.length - done, used, old.length - used);
        return runs.size() <= MAX_RUNS ? runs : List.of();
    }

    /** Whether another row soon after has moved by as much; equal rows elsewhere must not lead astray. */
    private static boolean isConfirmed(long[] now, Map<Long, Integer> places, int row, int place) {
        for (int ahead = 1; ahead <= CONFIRMING_ROWS && row + ahead < now.length; ahead++) {
            if (places.getOrDefault(now[row + ahead], -1) == place + ahead) {
                return true;
            }
        }
        return false;
    }

    /** Rows as they stand, from the first on; what the base does not have is new. */
    static List<Run> asTheyStand(long count, long baseCount) {
        List<Run> runs = new ArrayList<>();
        between(runs, 0, Math.toIntExact(count), 0, Math.toIntExact(baseCount));
        return runs;
    }

    /** Rows between two anchors: as many as the base has go on as before, what is more is new. */
    private static void between(List<Run> runs, int row, int count, int baseRow, int baseCount) {
        int common = Math.min(count, baseCount);
        if (common > 0) {
            runs.add(new Run(row, common, baseRow));
        }
        if (count > common) {
            runs.add(new Run(row + common, count - common, -1));
        }
    }

    private long[] hashes(ByteSource source, ByteRange range) throws IOException {
        int rows = Math.toIntExact(range.length() / rowBytes);
        long[] hashes = new long[rows];
        int perRead = Math.max(1, BUFFER_BYTES / rowBytes);
        byte[] buffer = new byte[Math.min(rows, perRead) * rowBytes];
        CRC32C check = new CRC32C();
        for (int first = 0; first < rows; first += perRead) {
            int count = Math.min(perRead, rows - first);
            source.read(range.offset() + (long) first * rowBytes, buffer, 0, count * rowBytes);
            for (int i = 0; i < count; i++) {
                check.reset();
                check.update(buffer, i * rowBytes, rowBytes);
                int sum = 1;
                for (int b = i * rowBytes; b < (i + 1) * rowBytes; b++) {
                    sum = sum * 31 + buffer[b];
                }
                hashes[first + i] = check.getValue() << 32 | (sum & 0xffffffffL);
            }
        }
        return hashes;
    }
}
