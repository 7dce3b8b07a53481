package dev.mangrove.delta.codec;

/**
 * Decodes what {@link RansEncoder} wrote. A context is known before any symbol is, so the four lanes run side by side.
 * Past the end of the stream it reads zeros.
 */
public final class RansDecoder {
    private static final int MASK = SymbolTables.TOTAL - 1;
    private static final int COARSE = SymbolTables.COARSE;
    private static final int COARSE_BITS = SymbolTables.PRECISION - COARSE;

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
    public void decode(SymbolTables tables, short[] contexts, byte[] symbols, int length) {
        int whole = length & ~3;
        if (next + 2 * length <= end) {
            if (tables.isCoarse()) {
                decodeCoarse(tables, contexts, symbols, whole);
            } else {
                decodeExact(tables, contexts, symbols, whole);
            }
        } else {
            decodeChecked(tables, contexts, symbols, 0, whole);
        }
        decodeChecked(tables, contexts, symbols, whole, length);
    }

    /** The hot loop where every slot has its symbol: as many words are left as it could possibly take. */
    private void decodeExact(SymbolTables tables, short[] contexts, byte[] symbols, int length) {
        byte[] slots = tables.slots();
        int[] ranges = tables.ranges;
        int alphabet = tables.symbols();
        byte[] in = bytes;
        int at = next;
        int a = lane0;
        int b = lane1;
        int c = lane2;
        int d = lane3;
        for (int i = 0; i + 3 < length; i += 4) {
            int contextA = contexts[i];
            int contextB = contexts[i + 1];
            int contextC = contexts[i + 2];
            int contextD = contexts[i + 3];
            int slotA = a & MASK;
            int slotB = b & MASK;
            int slotC = c & MASK;
            int slotD = d & MASK;
            int symbolA = slots[contextA << SymbolTables.PRECISION | slotA] & 0xff;
            int symbolB = slots[contextB << SymbolTables.PRECISION | slotB] & 0xff;
            int symbolC = slots[contextC << SymbolTables.PRECISION | slotC] & 0xff;
            int symbolD = slots[contextD << SymbolTables.PRECISION | slotD] & 0xff;
            int rangeA = ranges[contextA * alphabet + symbolA];
            int rangeB = ranges[contextB * alphabet + symbolB];
            int rangeC = ranges[contextC * alphabet + symbolC];
            int rangeD = ranges[contextD * alphabet + symbolD];
            symbols[i] = (byte) symbolA;
            symbols[i + 1] = (byte) symbolB;
            symbols[i + 2] = (byte) symbolC;
            symbols[i + 3] = (byte) symbolD;
            a = (rangeA & 0xffff) * (a >>> SymbolTables.PRECISION) + slotA - (rangeA >>> 16);
            b = (rangeB & 0xffff) * (b >>> SymbolTables.PRECISION) + slotB - (rangeB >>> 16);
            c = (rangeC & 0xffff) * (c >>> SymbolTables.PRECISION) + slotC - (rangeC >>> 16);
            d = (rangeD & 0xffff) * (d >>> SymbolTables.PRECISION) + slotD - (rangeD >>> 16);
            if (a >>> 16 == 0) {
                a = a << 16 | (char) LittleEndian.SHORT.get(in, at);
                at += 2;
            }
            if (b >>> 16 == 0) {
                b = b << 16 | (char) LittleEndian.SHORT.get(in, at);
                at += 2;
            }
            if (c >>> 16 == 0) {
                c = c << 16 | (char) LittleEndian.SHORT.get(in, at);
                at += 2;
            }
            if (d >>> 16 == 0) {
                d = d << 16 | (char) LittleEndian.SHORT.get(in, at);
                at += 2;
            }
        }
        lane0 = a;
        lane1 = b;
        lane2 = c;
        lane3 = d;
        next = at;
    }

    /** The same where the symbol of a slot may be one after that in the table. */
    private void decodeCoarse(SymbolTables tables, short[] contexts, byte[] symbols, int length) {
        byte[] slots = tables.slots();
        int[] ranges = tables.ranges;
        int alphabet = tables.symbols();
        byte[] in = bytes;
        int at = next;
        int a = lane0;
        int b = lane1;
        int c = lane2;
        int d = lane3;
        for (int i = 0; i + 3 < length; i += 4) {
            int contextA = contexts[i];
            int contextB = contexts[i + 1];
            int contextC = contexts[i + 2];
            int contextD = contexts[i + 3];
            int slotA = a & MASK;
            int slotB = b & MASK;
            int slotC = c & MASK;
            int slotD = d & MASK;
            int symbolA = slots[(contextA << COARSE_BITS) + (slotA >>> COARSE)] & 0xff;
            int symbolB = slots[(contextB << COARSE_BITS) + (slotB >>> COARSE)] & 0xff;
            int symbolC = slots[(contextC << COARSE_BITS) + (slotC >>> COARSE)] & 0xff;
            int symbolD = slots[(contextD << COARSE_BITS) + (slotD >>> COARSE)] & 0xff;
            int rangeA = ranges[contextA * alphabet + symbolA];
            int rangeB = ranges[contextB * alphabet + symbolB];
            int rangeC = ranges[contextC * alphabet + symbolC];
            int rangeD = ranges[contextD * alphabet + symbolD];
            if (slotA - (rangeA >>> 16) >= (rangeA & 0xffff)) {
                symbolA = tables.search(contextA, symbolA, slotA);
                rangeA = ranges[contextA * alphabet + symbolA];
            }
            if (slotB - (rangeB >>> 16) >= (rangeB & 0xffff)) {
                symbolB = tables.search(contextB, symbolB, slotB);
                rangeB = ranges[contextB * alphabet + symbolB];
            }
            if (slotC - (rangeC >>> 16) >= (rangeC & 0xffff)) {
                symbolC = tables.search(contextC, symbolC, slotC);
                rangeC = ranges[contextC * alphabet + symbolC];
            }
            if (slotD - (rangeD >>> 16) >= (rangeD & 0xffff)) {
                symbolD = tables.search(contextD, symbolD, slotD);
                rangeD = ranges[contextD * alphabet + symbolD];
            }
            symbols[i] = (byte) symbolA;
            symbols[i + 1] = (byte) symbolB;
            symbols[i + 2] = (byte) symbolC;
            symbols[i + 3] = (byte) symbolD;
            a = (rangeA & 0xffff) * (a >>> SymbolTables.PRECISION) + slotA - (rangeA >>> 16);
            b = (rangeB & 0xffff) * (b >>> SymbolTables.PRECISION) + slotB - (rangeB >>> 16);
            c = (rangeC & 0xffff) * (c >>> SymbolTables.PRECISION) + slotC - (rangeC >>> 16);
            d = (rangeD & 0xffff) * (d >>> SymbolTables.PRECISION) + slotD - (rangeD >>> 16);
            if (a >>> 16 == 0) {
                a = a << 16 | (char) LittleEndian.SHORT.get(in, at);
                at += 2;
            }
            if (b >>> 16 == 0) {
                b = b << 16 | (char) LittleEndian.SHORT.get(in, at);
                at += 2;
            }
            if (c >>> 16 == 0) {
                c = c << 16 | (char) LittleEndian.SHORT.get(in, at);
                at += 2;
            }
            if (d >>> 16 == 0) {
                d = d << 16 | (char) LittleEndian.SHORT.get(in, at);
                at += 2;
            }
        }
        lane0 = a;
        lane1 = b;
        lane2 = c;
        lane3 = d;
        next = at;
    }

    private void decodeChecked(SymbolTables tables, short[] contexts, byte[] symbols, int from, int to) {
        for (int i = from; i < to; i++) {
            int state = lane(i & 3);
            int slot = state & MASK;
            int symbol = tables.search(contexts[i], tables.symbolNear(contexts[i], slot), slot);
            symbols[i] = (byte) symbol;
            int range = tables.ranges[contexts[i] * tables.symbols() + symbol];
            state = (range & 0xffff) * (state >>> SymbolTables.PRECISION) + slot - (range >>> 16);
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
