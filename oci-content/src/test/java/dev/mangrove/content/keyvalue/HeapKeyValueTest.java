package dev.mangrove.content.keyvalue;

class HeapKeyValueTest extends KeyValueContract {
    private final HeapKeyValue entries = new HeapKeyValue();

    @Override
    protected KeyValue entries() {
        return entries;
    }
}
