package dev.mangrove.proxy.node;

import dev.mangrove.content.Caller;
import dev.mangrove.content.Origin;
import dev.mangrove.content.keyvalue.KeyValue;
import dev.mangrove.proxy.plan.DeltaPolicy;
import dev.mangrove.proxy.pullthrough.FillLimits;
import java.io.IOException;
import java.nio.file.Path;

/** In what a region and an agent differ. */
public interface NodeRole {
    /** {@code region} or {@code agent}. */
    String name();

    /** What a parent is whose settings do not say. */
    Origin usualParent();

    /** Opens the view that the names log is read through. */
    KeyValue openView(Path directory) throws IOException;

    /** As whom a request without a login reads. */
    Caller caller();

    /** How much is fetched at once. */
    FillLimits fillLimits();

    /** How deltas are used. */
    DeltaPolicy deltas(boolean fullFallback);

    /** Event loops. */
    int loops();

    /** Bytes given up when the disk is full, so that the names log can go on. */
    long ballastBytes();
}
