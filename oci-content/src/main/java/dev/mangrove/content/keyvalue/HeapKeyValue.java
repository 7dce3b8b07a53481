package dev.mangrove.content.keyvalue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A sorted map on the heap, gone with the process: for edge nodes, whose view is small. A reader may see a batch half
 * applied; a batch cannot fail half-way.
 */
public final class HeapKeyValue implements KeyValue {
    private final ConcurrentSkipListMap<byte[], byte[]> entries = new ConcurrentSkipListMap<>(Arrays::compareUnsigned);

    @Override
    public Optional<byte[]> get(byte[] key) {
        return Optional.ofNullable(entries.get(key)).map(byte[]::clone);
    }

    @Override
    public void write(List<Change> changes) {
        for (Change change : changes) {
            switch (change) {
                case Change.Put put ->
                    entries.put(put.key().clone(), put.value().clone());
                case Change.Remove remove -> entries.remove(remove.key());
            }
        }
    }

    @Override
    public void scan(byte[] prefix, byte[] afterKey, Visitor visitor) throws IOException {
        Map<byte[], byte[]> tail = Arrays.compareUnsigned(afterKey, prefix) < 0
                ? entries.tailMap(prefix, true)
                : entries.tailMap(afterKey, afterKey.length == 0);
        for (Map.Entry<byte[], byte[]> entry : tail.entrySet()) {
            byte[] key = entry.getKey();
            if (!startsWith(key, prefix)
                    || !visitor.visit(key.clone(), entry.getValue().clone())) {
                return;
            }
        }
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    @Override
    public void close() {
        entries.clear();
    }
}
