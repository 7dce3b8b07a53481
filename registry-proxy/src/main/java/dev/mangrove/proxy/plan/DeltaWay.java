package dev.mangrove.proxy.plan;

import dev.mangrove.content.ContentException;
import dev.mangrove.content.Origin;
import dev.mangrove.content.files.PartialBlob;
import dev.mangrove.delta.DeltaException;
import dev.mangrove.delta.artifact.BlobDelta;
import dev.mangrove.oci.Location;
import dev.mangrove.proxy.plan.DeltaEvents.Failure;
import dev.mangrove.proxy.pullthrough.Shortcut;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/**
 * Carries out a plan of deltas, and decides what becomes of the fill when one fails: what was written is right as far as
 * it goes, so an upstream is asked for the rest only, if the policy lets it be.
 */
final class DeltaWay implements Shortcut.Way {
    private final Tools tools;
    private final Location repository;
    private final FillPlan.Delta plan;

    record Tools(
            DeltaShortcut.Parts parts,
            DeltaApplier applier,
            DeltaPolicy policy,
            Distrust distrust,
            DeltaEvents events,
            Semaphore permits) {}

    DeltaWay(Tools tools, Location repository, FillPlan.Delta plan) {
        this.tools = tools;
        this.repository = repository;
        this.plan = plan;
    }

    @Override
    public Origin origin() {
        return Origin.DELTA;
    }

    @Override
    public void fill(PartialBlob partial, BooleanSupplier cancelled) throws IOException {
        tools.permits().acquireUninterruptibly();
        try {
            for (BlobDelta hop : plan.hops().subList(0, plan.hops().size() - 1)) {
                if (!applied(hop, cancelled)) {
                    return;
                }
            }
            BlobDelta last = plan.hops().getLast();
            if (attempted(last, partial, cancelled)) {
                tools.events().applied(partial.digest(), partial.sizeBytes(), plan.wireBytes());
            }
        } finally {
            tools.permits().release();
        }
    }

    /** Makes a blob that is only a step on the way; it stays in the store as any other. */
    private boolean applied(BlobDelta hop, BooleanSupplier cancelled) throws IOException {
        try (PartialBlob step = tools.parts().partials().join(hop.to(), hop.rawSizeBytes())) {
            if (!step.startFill()) {
                return tools.parts().store().stat(hop.to()).isPresent();
            }
            try {
                if (!attempted(hop, step, cancelled)) {
                    step.stopFill(new ContentException.Unavailable("a delta on the way to it failed", null));
                    return false;
                }
                step.commit();
                return true;
            } catch (IOException e) {
                step.stopFill(e);
                throw e;
            }
        }
    }

    /** @return whether the target is complete; if not, the rest of it may be asked for */
    private boolean attempted(BlobDelta delta, PartialBlob partial, BooleanSupplier cancelled) throws IOException {
        try {
            tools.applier().apply(repository, delta, partial, cancelled);
            if (!tools.policy().keepDeltas()) {
                tools.parts().store().discard(delta.blob());
            }
            return true;
        } catch (DeltaException.WrongTarget e) {
            throw wrongBytes(delta, partial, e);
        } catch (DeltaException.WrongBase e) {
            fallBack(delta, partial, Failure.WRONG_BASE, e);
        } catch (DeltaApplier.BaseGone e) {
            fallBack(delta, partial, Failure.BASE_GONE, e);
        } catch (ContentException.OverBudget e) {
            tools.events().failed(partial.digest(), Failure.NO_ROOM, String.valueOf(e.getMessage()));
            throw e;
        } catch (ContentException.Unavailable e) {
            cutOff(delta, partial, cancelled, e);
        } catch (IOException e) {
            fallBack(delta, partial, Failure.BAD_DELTA, e);
        }
        return false;
    }

    /** Bytes that readers may have seen already are wrong: they are thrown away, and nobody gets the blob's end. */
    private IOException wrongBytes(BlobDelta delta, PartialBlob partial, DeltaException why) {
        tools.distrust().bad(delta.blob());
        tools.events().failed(partial.digest(), Failure.BAD_DELTA, String.valueOf(why.getMessage()));
        ContentException.Corrupt corrupt = new ContentException.Corrupt(
                partial.digest(), "a delta led to wrong bytes for " + partial.digest() + "; ask again");
        partial.discard(corrupt);
        return corrupt;
    }

    private void fallBack(BlobDelta delta, PartialBlob partial, Failure failure, IOException why) throws IOException {
        tools.distrust().bad(delta.blob());
        tools.events().failed(partial.digest(), failure, String.valueOf(why.getMessage()));
        if (!tools.policy().fullFallback()) {
            throw new ContentException.Refused(
                    "the delta to " + partial.digest() + " failed (" + why.getMessage()
                            + "), and delta.full-fallback forbids to ask for the "
                            + (partial.sizeBytes() - partial.presentBytes())
                            + " bytes that are missing; set delta.full-fallback=allow to permit it",
                    false);
        }
    }

    /** The network broke off: what came of the delta is kept, so to go on with it later is cheaper than all else. */
    private void cutOff(BlobDelta delta, PartialBlob partial, BooleanSupplier cancelled, IOException why)
            throws IOException {
        tools.distrust().cut(delta.blob());
        tools.events().failed(partial.digest(), Failure.UNAVAILABLE, String.valueOf(why.getMessage()));
        if (cancelled.getAsBoolean() || tools.distrust().isTrusted(delta.blob())) {
            throw why;
        }
        fallBack(delta, partial, Failure.UNAVAILABLE, why);
    }
}
