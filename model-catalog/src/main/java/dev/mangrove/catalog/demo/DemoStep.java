package dev.mangrove.catalog.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One pull, and what each hop sent for it.
 *
 * @param receivedBytes what the client got from the agent, counted by the client
 * @param region empty: not running
 * @param catalog empty: not running
 */
record DemoStep(
        String name, long receivedBytes, Counters agent, Optional<Counters> region, Optional<Counters> catalog) {
    /** An update by delta moves less than that part of what the client got. */
    private static final double MOST_OF_UPDATE = 0.5;

    /** Bytes that crossed the link between region and agent. */
    long siteBytes() {
        return region.map(Counters::total).orElse(0L);
    }

    private long catalogBytes() {
        return catalog.map(Counters::total).orElse(0L);
    }

    /** What is wrong with a first pull: every link must have carried what the client got, once or packed. */
    List<String> wrongForCold() {
        List<String> wrong = new ArrayList<>();
        expect(wrong, "the agent sent from its store", agent.from("local"), 0, 0);
        expect(wrong, "the agent sent", agent.total(), receivedBytes, receivedBytes);
        expect(wrong, "the region sent", siteBytes(), 1, receivedBytes);
        expect(wrong, "the catalog sent", catalogBytes(), 1, receivedBytes);
        return wrong;
    }

    /** What is wrong with the pull of a retrained model: both links must have carried the change only. */
    List<String> wrongForUpdate() {
        List<String> wrong = new ArrayList<>();
        long most = Math.round(receivedBytes * MOST_OF_UPDATE);
        expect(wrong, "the agent made from deltas", agent.from("delta"), most, receivedBytes);
        expect(wrong, "the region sent", siteBytes(), 1, most);
        expect(wrong, "the catalog sent", catalogBytes(), 1, most);
        return wrong;
    }

    /** What is wrong with a later pull: the agent must have sent every byte from its own store, the others none. */
    List<String> wrongForWarm() {
        List<String> wrong = new ArrayList<>();
        expect(wrong, "the agent sent from its store", agent.from("local"), receivedBytes, receivedBytes);
        expect(wrong, "the region sent", siteBytes(), 0, 0);
        expect(wrong, "the catalog sent", catalogBytes(), 0, 0);
        return wrong;
    }

    private void expect(List<String> wrong, String what, long actual, long least, long most) {
        if (actual < least || actual > most) {
            String expected = least == most ? "" + least : "from " + least + " to " + most;
            wrong.add(name + ": " + what + " " + actual + " bytes, expected " + expected);
        }
    }
}
