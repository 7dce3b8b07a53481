package dev.mangrove.proxy.plan;

import dev.mangrove.content.ContentException;
import dev.mangrove.content.Origin;
import dev.mangrove.content.files.FileStore;
import dev.mangrove.content.files.PartialBlob;
import dev.mangrove.delta.DeltaException;
import dev.mangrove.delta.artifact.BlobDelta;
import dev.mangrove.delta.format.MalformedDeltaException;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.proxy.plan.DeltaEvents.Failure;
import dev.mangrove.proxy.pullthrough.Shortcut;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Carries out a plan of deltas, and decides what becomes of the fill when one fails: an upstream is asked for what is
 * missing, if the policy lets it be; what a delta wrote stays only if the delta was what it is named.
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
            Turns turns) {}

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
    public void fill(PartialBlob partial, Shortcut.Situation situation) throws IOException {
        tools.turns().take();
        try {
            for (BlobDelta hop : plan.hops().subList(0, plan.hops().size() - 1)) {
                if (!applied(hop, situation)) {
                    return;
                }
            }
            BlobDelta last = plan.hops().getLast();
            if (attempted(last, partial, situation)) {
                tools.events().applied(partial.digest(), partial.sizeBytes(), plan.wireBytes());
            }
        } finally {
            tools.turns().giveBack();
        }
    }

    /** Makes a blob that is only a step on the way; it stays in the store as any other. */
    private boolean applied(BlobDelta hop, Shortcut.Situation situation) throws IOException {
        if (!isConfirmed(hop, situation)) {
            return false;
        }
        try (PartialBlob step = tools.parts().partials().join(hop.to(), hop.rawSizeBytes())) {
            if (!step.startFill()) {
                awaitOthers(step);
                return true;
            }
            try {
                if (step.firstMissing(0) == step.sizeBytes()) { // only the store has not got it yet
                    step.commit();
                    return true;
                }
                if (!attempted(hop, step, situation)) {
                    step.abandon(new ContentException.Unavailable("a delta on the way to it failed", null));
                    return false;
                }
                step.commit();
                return true;
            } catch (IOException e) {
                step.abandon(e);
                throw e;
            } catch (RuntimeException | Error e) {
                step.abandon(new ContentException.Unavailable("making " + hop.to() + " failed", e));
                throw e;
            }
        } catch (ContentException.OverBudget e) {
            return noRoom(hop.to(), e);
        }
    }

    /** What a delta says of itself is no reason to let go of other content: whoever may push there can say anything. */
    private boolean isConfirmed(BlobDelta hop, Shortcut.Situation situation) throws IOException {
        boolean confirmed = situation
                .confirmed(hop.to())
                .filter(stat -> stat.sizeBytes() == hop.rawSizeBytes())
                .isPresent();
        if (!confirmed) {
            String why = "no upstream has the step " + hop.to() + " of " + hop.rawSizeBytes() + " bytes";
            fallBack(hop, hop.to(), Failure.BAD_DELTA, why);
        }
        return confirmed;
    }

    /** Somebody else is getting it, perhaps by a delta as well: he may need the turn that we have. */
    private void awaitOthers(PartialBlob step) throws IOException {
        withoutTurn(step::awaitCommit);
    }

    /** What may itself need deltas, made here or elsewhere. */
    @FunctionalInterface
    private interface Errand {
        void run() throws IOException;
    }

    private void withoutTurn(Errand errand) throws IOException {
        tools.turns().giveBack();
        try {
            errand.run();
        } finally {
            tools.turns().retake();
        }
    }

    /** @return whether the target is complete; if not, the rest of it may be asked for */
    private boolean attempted(BlobDelta delta, PartialBlob partial, Shortcut.Situation situation) throws IOException {
        AtomicLong reached = new AtomicLong();
        try {
            if (!delta.adapters().isEmpty()) {
                withoutTurn(() -> tools.applier().fetchAdapters(repository, delta));
            }
            tools.applier().apply(repository, delta, partial, situation::isCancelled, reached::set);
            if (!tools.policy().keepDeltas()) {
                tools.parts().partials().awaitCommit(delta.blob()); // it was read to its end before the store had it
                tools.parts().store().discard(delta.blob());
            }
            return true;
        } catch (DeltaApplier.Unwritten e) {
            throw e.why();
        } catch (DeltaException.WrongTarget e) {
            throw wrongBytes(delta, partial, e);
        } catch (DeltaException.WrongBase | LentBases.Unreadable e) {
            prove(delta.bases());
            fallBack(delta, partial, Failure.WRONG_BASE, e);
        } catch (LentBases.Gone e) {
            fallBack(delta, partial, Failure.BASE_GONE, e);
        } catch (ContentException.OverBudget e) {
            noRoom(partial.digest(), e);
        } catch (ContentException.Unavailable e) {
            cutOff(delta, partial, situation, reached.get(), e);
        } catch (ContentException.Refused | ContentException.Loop e) {
            fallBack(delta, partial, Failure.UNAVAILABLE, e);
        } catch (DeltaException.Damaged e) {
            if (prove(delta.adapters().stream().map(BlobDelta.Adapter::blob).toList())) {
                fallBack(delta, partial, Failure.WRONG_BASE, e);
            } else {
                badDelta(delta, partial, e);
            }
        } catch (ContentException.Corrupt | DeltaException | MalformedDeltaException e) {
            badDelta(delta, partial, e);
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
        fallBack(delta, partial.digest(), failure, String.valueOf(why.getMessage()));
    }

    private void fallBack(BlobDelta delta, Digest blob, Failure failure, String why) throws IOException {
        tools.distrust().bad(delta.blob());
        tools.events().failed(blob, failure, why);
        if (!tools.policy().fullFallback()) {
            throw DeltaPolicy.refusal(blob, "the delta to it failed (" + failure.label() + ": " + why + ")");
        }
    }

    private void badDelta(BlobDelta delta, PartialBlob partial, IOException why) throws IOException {
        fallBack(delta, partial, Failure.BAD_DELTA, why);
        forget(partial);
    }

    /** What a delta wrote that is not what it is named must not be mixed with what an honest upstream sends. */
    private static void forget(PartialBlob partial) throws IOException {
        if (partial.presentBytes() > 0) {
            partial.startOver();
        }
    }

    /** There is no room for a delta or a step beside the blob, but there is for the blob. */
    private boolean noRoom(Digest blob, ContentException.OverBudget why) throws IOException {
        tools.events().failed(blob, Failure.NO_ROOM, String.valueOf(why.getMessage()));
        if (!tools.policy().fullFallback()) {
            throw why;
        }
        return false;
    }

    /**
     * The network broke off: what came of the delta is kept, so to go on with it later is cheaper than all else. Only
     * where upstreams answer, and still no byte of the delta came for long, it is given up.
     */
    private void cutOff(
            BlobDelta delta, PartialBlob partial, Shortcut.Situation situation, long reachedBytes, IOException why)
            throws IOException {
        boolean further = tools.distrust().cut(delta.blob(), reachedBytes);
        if (further || situation.isCancelled() || !situation.isOffered()) {
            tools.events().failed(partial.digest(), Failure.UNAVAILABLE, String.valueOf(why.getMessage()));
            throw why;
        }
        fallBack(delta, partial, Failure.UNAVAILABLE, why);
        forget(partial);
    }

    /**
     * Bases that misled are read again, so that they mislead nobody else if they are damaged.
     *
     * @return whether one of them is
     */
    private boolean prove(List<Digest> bases) {
        boolean damaged = false;
        for (Digest base : bases) {
            try {
                if (tools.parts().proof().verify(base) == FileStore.Verdict.QUARANTINED) {
                    tools.events().damaged(base);
                    damaged = true;
                }
            } catch (IOException e) {
                tools.events().failed(base, Failure.WRONG_BASE, "it could not be read again");
            }
        }
        return damaged;
    }
}
