package dev.mangrove.proxy.plan;

import dev.mangrove.content.BlobStore;
import dev.mangrove.content.files.PartialBlobs;
import dev.mangrove.content.log.Names;
import dev.mangrove.distribution.Registry;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.proxy.pullthrough.Shortcut;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * The shortcut by deltas: nobody asks for one, and whoever holds a base and is asked for a target makes the target from
 * what is cheapest. Trouble while planning means that there is no shortcut.
 */
public final class DeltaShortcut implements Shortcut {
    private static final System.Logger LOG = System.getLogger(DeltaShortcut.class.getName());

    private final Planner planner;
    private final DeltaWay.Tools tools;

    /** What a shortcut stands on; owned by whoever makes it. */
    public record Parts(BlobStore store, PartialBlobs partials, Names names, InstantSource clock) {}

    /** @param registry through which deltas and their manifests are pulled, so that a region keeps them */
    public DeltaShortcut(Registry registry, Parts parts, DeltaPolicy policy, DeltaEvents events) {
        Distrust distrust = new Distrust(parts.clock());
        this.planner = new Planner(
                registry, new Holdings(parts.names(), parts.store()), new Offers(registry, parts.clock()), distrust);
        Semaphore permits = new Semaphore(policy.maxApplying(), true);
        this.tools = new DeltaWay.Tools(parts, new DeltaApplier(registry, parts), policy, distrust, events, permits);
    }

    @Override
    public Optional<Way> find(Location repository, Digest digest, long sizeBytes, long presentBytes) {
        try {
            FillPlan plan = planner.plan(repository, digest, sizeBytes, sizeBytes - presentBytes);
            return switch (plan) {
                case FillPlan.Full _ -> Optional.empty();
                case FillPlan.Delta delta -> Optional.of(new DeltaWay(tools, repository, delta));
            };
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.INFO, () -> "no delta was looked for to " + digest + ": " + e.getMessage());
            return Optional.empty();
        }
    }
}
