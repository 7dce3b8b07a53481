package dev.mangrove.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** A region that was told to ask itself. */
class LoopIT {
    @Test
    void aRequestThatComesRoundAgainEndsWithLoopDetected() {
        try (TestFolder folder = TestFolder.create();
                FaultProxy link = FaultProxy.inFrontOf(FreePort.next());
                MangroveProcess region = MangroveProcess.start(
                        "region", folder.folder("region"), "parents:", "  - url: " + link.url())) {
            link.pointTo(region.port());
            try (Wire wire = new Wire(region.url())) {
                Wire.Answer answer = wire.get("/v2/a/b/manifests/v1");
                assertEquals(508, answer.status(), answer.toString());
                assertTrue(
                        link.requests().size() < 10,
                        () -> "went round " + link.requests().size() + " times");
            }
        }
    }
}
