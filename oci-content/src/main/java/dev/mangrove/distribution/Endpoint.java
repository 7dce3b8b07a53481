package dev.mangrove.distribution;

import java.io.IOException;

/** Answers the requests of one kind of route. */
@FunctionalInterface
interface Endpoint<R extends Route> {
    void handle(R route, Call call) throws IOException;
}
