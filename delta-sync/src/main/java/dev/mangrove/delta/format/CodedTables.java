package dev.mangrove.delta.format;

import dev.mangrove.delta.codec.SymbolTables;
import dev.mangrove.delta.codec.TableCode;

/** Frequency tables as they are stored; expanded only while they are in use. */
public record CodedTables(int contexts, int symbols, byte[] bytes) {
    /** The tables themselves. */
    public SymbolTables expand() {
        return TableCode.decode(contexts, symbols, bytes, 0, bytes.length);
    }
}
