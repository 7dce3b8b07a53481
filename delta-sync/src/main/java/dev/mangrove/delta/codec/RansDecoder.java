package dev.mangrove.delta.codec;

/**
 * Decodes what {@link RansEncoder} wrote. A context is known before any symbol is, so the four lanes run side by side.
 * Past the end of the stream it reads zeros.
 */
public final class RansDecoder {
    private static final int MASK = SymbolTables.TOTAL - 1;
    private static final int PRECISION = SymbolTables.PRECISION;
    private static final int START_BIT = SymbolTables.START_BIT;
    private static final int FREQUENCY_BIT = SymbolTables.FREQUENCY_BIT;
    private static final int SYMBOL_MASK = SymbolTables.SYMBOL_MASK;

    private final byte[] bytes;
    private final int end;
    private int next;
    private int lane0;
    private int lane1;
    private int lane2;
    private int lane3;

    /** Reads {@code length} bytes of the array, from {@code from} on; a stream has at least 16. */
    public RansDecoder(byte[] bytes, int from, int length) {
        this.bytes = bytes;
        this.end = from + length;
        if (length >= 16) {
            lane0 = (int) LittleEndian.INT.get(bytes, from);
            lane1 = (int) LittleEndian.INT.get(bytes, from + 4);
            lane2 = (int) LittleEndian.INT.get(bytes, from + 8);
            lane3 = (int) LittleEndian.INT.get(bytes, from + 12);
            next = from + 16;
        } else {
            next = end;
        }
    }

    /** Decodes a run, or a part of a run that begins at a multiple of four elements. */
    public void decode(SymbolTables tables, int[] contexts, byte[] symbols, int length) {
        int whole = length & ~3;
        int done = 0;
        // A symbol takes a word at most and mostly none: towards the end the hot loop is entered a few times.
        for (int safe = safe(whole); safe > 0; safe = safe(whole - done)) {
            decodeQuickly(tables, contexts, symbols, done, done + safe);
            done += safe;
        }
        decodeChecked(tables, contexts, symbols, done, length);
    }

    /** How many of the next elements can be decoded without a look at the end of the stream; a multiple of four. */
    private int safe(int wanted) {
        return Math.min(wanted, ((end - next) >> 1) & ~3);
    }

    /** The hot loop: as many words are left as it could possibly take. */
    private void decodeQuickly(SymbolTables tables, int[] contexts, byte[] symbols, int from, int to) {
        int[] entries = tables.entries();
        int coarse = tables.coarse();
        int bits = PRECISION - coarse;
        byte[] in = bytes;
        int at = next;
        int a = lane0;
        int b = lane1;
        int c = lane2;
        int d = lane3;
        for (int i = from; i < to; i += 4) {
            int slotA = a & MASK;
            int slotB = b & MASK;
            int slotC = c & MASK;
            int slotD = d & MASK;
            int entryA = entries[(contexts[i] << bits) + (slotA >>> coarse)];
            int entryB = entries[(contexts[i + 1] << bits) + (slotB >>> coarse)];
            int entryC = entries[(contexts[i + 2] << bits) + (slotC >>> coarse)];
            int entryD = entries[(contexts[i + 3] << bits) + (slotD >>> coarse)];
            if (slotA - (entryA >>> START_BIT) > ((entryA >>> FREQUENCY_BIT) & MASK)) {
                entryA = tables.search(contexts[i], entryA & SYMBOL_MASK, slotA);
            }
            if (slotB - (entryB >>> START_BIT) > ((entryB >>> FREQUENCY_BIT) & MASK)) {
                entryB = tables.search(contexts[i + 1], entryB & SYMBOL_MASK, slotB);
            }
            if (slotC - (entryC >>> START_BIT) > ((entryC >>> FREQUENCY_BIT) & MASK)) {
                entryC = tables.search(contexts[i + 2], entryC & SYMBOL_MASK, slotC);
            }
            if (slotD - (entryD >>> START_BIT) > ((entryD >>> FREQUENCY_BIT) & MASK)) {
                entryD = tables.search(contexts[i + 3], entryD & SYMBOL_MASK, slotD);
            }
            symbols[i] = (byte) (entryA & SYMBOL_MASK);
            symbols[i + 1] = (byte) (entryB & SYMBOL_MASK);
            symbols[i + 2] = (byte) (entryC & SYMBOL_MASK);
            symbols[i + 3] = (byte) (entryD & SYMBOL_MASK);
            a = step(a, slotA, entryA);
            b = step(b, slotB, entryB);
            c = step(c, slotC, entryC);
            d = step(d, slotD, entryD);
            if (a >>> 16 == 0) {
                a = (a << 16) | (char) LittleEndian.SHORT.get(in, at);
                at += 2;
            }
            if (b >>> 16 == 0) {
                b = (b << 16) | (char) LittleEndian.SHORT.get(in, at);
                at += 2;
            }
            if (c >>> 16 == 0) {
                c = (c << 16) | (char) LittleEndian.SHORT.get(in, at);
                at += 2;
            }
            if (d >>> 16 == 0) {
                d = (d << 16) | (char) LittleEndian.SHORT.get(in, at);
                at += 2;
            }
        }
        lane0 = a;
        lane1 = b;
        lane2 = c;
        lane3 = d;
        next = at;
    }

    private static int step(int state, int slot, int entry) {
        return (((entry >>> FREQUENCY_BIT) & MASK) + 1) * (state >>> PRECISION) + slot - (entry >>> START_BIT);
    }

    private void decodeChecked(SymbolTables tables, int[] contexts, byte[] symbols, int from, int to) {
        for (int i = from; i < to; i++) {
            int state = lane(i & 3);
            int slot = state & MASK;
            int entry = tables.entryOf(contexts[i], slot);
            symbols[i] = (byte) (entry & SYMBOL_MASK);
            state = step(state, slot, entry);
            if (state >>> 16 == 0) {
                state = state << 16 | nextWord();
            }
            setLane(i & 3, state);
        }
    }

    private int nextWord() {
        if (next + 2 > end) {
            return 0;
        }
        int word = (char) LittleEndian.SHORT.get(bytes, next);
        next += 2;
        return word;
    }

    private int lane(int index) {
        return switch (index) {
            case 0 -> lane0;
            case 1 -> lane1;
            case 2 -> lane2;
            default -> lane3;
        };
    }

    private void setLane(int index, int state) {
        switch (index) {
            case 0 -> lane0 = state;
            case 1 -> lane1 = state;
            case 2 -> lane2 = state;
            default -> lane3 = state;
        }
    }
}
