package dev.mangrove.catalog.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One pull of everything, and what each hop sent for it.
 *
 * @param receivedBytes what the client got from the agent, counted by the client
 * @param region empty: not running
 * @param catalog empty: not running
 */
record DemoStep(
        String name, long receivedBytes, Counters agent, Optional<Counters> region, Optional<Counters> catalog) {
    /** What is wrong with a first pull: every hop must have carried every byte, once. */
    List<String> wrongForCold() {
        List<String> wrong = new ArrayList<>();
        expect(wrong, "the agent sent from the region", agent.from("region"), receivedBytes);
        expect(
                wrong,
                "the region sent from the catalog",
                region.map(r -> r.from("catalog")).orElse(0L),
                receivedBytes);
        expect(wrong, "the catalog sent", catalog.map(Counters::total).orElse(0L), receivedBytes);
        return wrong;
    }

    /** What is wrong with a later pull: the agent must have sent every byte from its own store, the others none. */
    List<String> wrongForWarm() {
        List<String> wrong = new ArrayList<>();
        expect(wrong, "the agent sent from its store", agent.from("local"), receivedBytes);
        expect(wrong, "the region sent", region.map(Counters::total).orElse(0L), 0);
        expect(wrong, "the catalog sent", catalog.map(Counters::total).orElse(0L), 0);
        return wrong;
    }

    private void expect(List<String> wrong, String what, long actual, long expected) {
        if (actual != expected) {
            wrong.add(name + ": " + what + " " + actual + " bytes, expected " + expected);
        }
    }
}
