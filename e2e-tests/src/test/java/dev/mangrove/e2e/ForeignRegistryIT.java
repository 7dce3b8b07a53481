package dev.mangrove.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The registries that stand for other people's behave as those do; the tests of upstreams rely on it. */
class ForeignRegistryIT {
    private final TestImage image = TestImage.of(11, TestImage.Compression.GZIP, 10_000);

    @Test
    void anOpenRegistryKeepsWhatItsOwnerPushed() {
        try (ForeignRegistry registry = ForeignRegistry.distribution2();
                Wire owner = registry.owner("a/b")) {
            owner.push("a/b", "v1", image);
            assertEquals(Optional.of(image.digest()), owner.resolve("a/b", "v1"));
        }
    }

    @Test
    void aRegistryWithAPasswordAsksStrangersForIt() {
        try (ForeignRegistry registry = ForeignRegistry.withPassword();
                Wire owner = registry.owner("a/b");
                Wire stranger = new Wire(registry.url())) {
            owner.push("a/b", "v1", image);
            stranger.get("/v2/a/b/manifests/v1").expect(401);
        }
    }

    @Test
    void aRegistryWithTokensTakesOnlyThoseOfItsServer() {
        try (ForeignRegistry registry = ForeignRegistry.withTokens();
                Wire owner = registry.owner("a/b");
                Wire stranger = new Wire(registry.url(), "Authorization", ForeignRegistry.basic())) {
            owner.push("a/b", "v1", image);
            String challenge = stranger.get("/v2/a/b/manifests/v1")
                    .expect(401)
                    .header("WWW-Authenticate")
                    .orElseThrow();
            assertEquals("Bearer", challenge.substring(0, 6));
        }
    }
}
