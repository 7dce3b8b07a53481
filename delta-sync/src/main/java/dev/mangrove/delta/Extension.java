package dev.mangrove.delta;

import dev.mangrove.delta.io.ByteSource;
import java.io.IOException;
import java.util.Arrays;

/** How far two sources agree from a place on. */
final class Extension {
    private static final int STEP = 1 << 16;
    private static final int MAX_BACK = 1 << 16;

    private Extension() {}

    static long forward(ByteSource a, long aAt, ByteSource b, long bAt, long limit) throws IOException {
        byte[] left = new byte[(int) Math.min(STEP, limit)];
        byte[] right = new byte[left.length];
        for (long done = 0; done < limit; done += left.length) {
            int part = (int) Math.min(left.length, limit - done);
            a.read(aAt + done, left, 0, part);
            b.read(bAt + done, right, 0, part);
            int different = Arrays.mismatch(left, 0, part, right, 0, part);
            if (different >= 0) {
                return done + different;
            }
        }
        return limit;
    }

    static long backward(ByteSource a, long aEnd, ByteSource b, long bEnd, long limit) throws IOException {
        int part = (int) Math.min(MAX_BACK, limit);
        byte[] left = new byte[part];
        byte[] right = new byte[part];
        a.read(aEnd - part, left, 0, part);
        b.read(bEnd - part, right, 0, part);
        int same = 0;
        while (same < part && left[part - 1 - same] == right[part - 1 - same]) {
            same++;
        }
        return same;
    }
}
