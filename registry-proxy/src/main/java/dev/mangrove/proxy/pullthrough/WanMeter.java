package dev.mangrove.proxy.pullthrough;

import dev.mangrove.content.Origin;

/** Counts bytes that came over the network from upstream. Called for every buffer: must be quick. */
@FunctionalInterface
public interface WanMeter {
    /** @param bytes of a blob or manifest, without headers */
    void received(Origin origin, long bytes);
}
