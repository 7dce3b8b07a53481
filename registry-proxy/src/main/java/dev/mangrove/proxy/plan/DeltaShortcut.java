package dev.mangrove.proxy.plan;

import dev.mangrove.content.BlobStore;
import dev.mangrove.content.ContentException;
import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.files.PartialBlobs;
import dev.mangrove.content.log.Names;
import dev.mangrove.distribution.Registry;
import dev.mangrove.oci.Digest;
import dev.mangrove.proxy.pullthrough.RoomMaker;
import dev.mangrove.proxy.pullthrough.Shortcut;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The shortcut by deltas: nobody asks for one, and whoever holds a base and is asked for a target makes the target from
 * what is cheapest. Trouble while planning means that there is no shortcut, unless waiting may help or the policy forbids
 * to go without one.
 */
public final class DeltaShortcut implements Shortcut {
    private static final System.Logger LOG = System.getLogger(DeltaShortcut.class.getName());

    private final Planner planner;
    private final BaseLeases leases;
    private final DeltaWay.Tools tools;

    /**
     * What a shortcut stands on; owned by whoever makes it.
     *
     * @param partials of blobs that are steps on the way; may evict
     * @param proof reads a blob again that is in doubt
     */
    public record Parts(
            BlobStore store, PartialBlobs partials, RoomMaker room, Names names, Proof proof, InstantSource clock) {}

    /** Reads a stored blob again, and takes it out of the store if it is not what it is named. */
    @FunctionalInterface
    public interface Proof {
        FileStore.Verdict verify(Digest digest) throws IOException;
    }

    /** @param registry through which deltas and their manifests are pulled, so that a region keeps them */
    public DeltaShortcut(Registry registry, Parts parts, DeltaPolicy policy, DeltaEvents events) {
        Distrust distrust = new Distrust(parts.clock());
        Holdings holdings = new Holdings(parts.names(), parts.store(), parts.partials());
        Offers offers = new Offers(registry, parts.clock());
        this.planner = new Planner(registry, holdings, offers, distrust, parts.room(), policy.fullFallback());
        this.leases = new BaseLeases(parts.names(), parts.clock());
        Turns turns = new Turns(policy.maxApplying());
        events.waiting(Turns.MAX_WAITING, turns::waiting);
        this.tools = new DeltaWay.Tools(
                parts,
                new DeltaApplier(registry, parts.store(), parts.partials(), leases),
                policy,
                distrust,
                events,
                turns);
    }

    @Override
    public Optional<Way> find(Wanted wanted) throws IOException {
        FillPlan plan;
        try {
            plan = planner.plan(wanted);
        } catch (IOException | RuntimeException e) {
            boolean waitingHelps = wanted.patient() && e instanceof ContentException.Unavailable;
            boolean needed = waitingHelps || !tools.policy().fullFallback();
            if (needed && planner.holdsAnother(wanted)) {
                if (e instanceof ContentException.Unavailable unavailable) {
                    throw unavailable;
                }
                throw DeltaPolicy.refusal(wanted.digest(), "what deltas there are cannot be told");
            }
            LOG.log(
                    System.Logger.Level.INFO,
                    () -> "no delta was looked for to " + wanted.digest() + ": " + e.getMessage());
            return Optional.empty();
        }
        return switch (plan) {
            case FillPlan.Full _ -> Optional.empty();
            case FillPlan.Refused refused -> throw DeltaPolicy.refusal(wanted.digest(), refused.why());
            case FillPlan.Delta delta -> {
                leases.take(wanted.repository(), delta.bases());
                yield Optional.of(new DeltaWay(tools, wanted.repository(), delta));
            }
        };
    }
}
