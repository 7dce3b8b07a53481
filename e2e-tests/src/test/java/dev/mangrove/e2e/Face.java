package dev.mangrove.e2e;

import java.util.function.LongSupplier;

/**
 * One place that speaks the registry protocol to clients.
 *
 * @param name the column's word: catalog, region or agent
 * @param servedBytes blob bytes it says it has sent to clients so far
 */
record Face(String name, int port, LongSupplier servedBytes) {
    String address() {
        return "127.0.0.1:" + port;
    }

    String url() {
        return "http://" + address();
    }

    @Override
    public String toString() {
        return name;
    }
}
