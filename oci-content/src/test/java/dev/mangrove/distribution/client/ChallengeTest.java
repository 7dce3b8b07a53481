package dev.mangrove.distribution.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Challenges as registries really send them. */
class ChallengeTest {
    @Test
    void theUsualFormIsRead() {
        assertEquals(
                List.of(new Challenge(
                        "bearer",
                        Map.of(
                                "realm", "https://auth.docker.io/token",
                                "service", "registry.docker.io",
                                "scope", "repository:library/alpine:pull,push"))),
                Challenge.parse(List.of("Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\","
                        + "scope=\"repository:library/alpine:pull,push\"")));
    }

    @Test
    void spacesOrderAndMissingQuotesDoNotMatter() {
        assertEquals(
                List.of(new Challenge("bearer", Map.of("scope", "a b", "realm", "https://x/t"))),
                Challenge.parse(List.of("bearer  scope = \"a b\" , realm=https://x/t")));
    }

    @Test
    void severalChallengesInOneHeaderAndInSeveralAreTold() {
        assertEquals(
                List.of("basic", "bearer", "negotiate"),
                Challenge.parse(List.of("Basic realm=\"a\", Bearer realm=\"b\"", "Negotiate")).stream()
                        .map(Challenge::scheme)
                        .toList());
    }

    @Test
    void anEscapedQuoteStaysInsideTheValue() {
        assertEquals(
                "say \"hi\"",
                Challenge.parse(List.of("Basic realm=\"say \\\"hi\\\"\""))
                        .getFirst()
                        .parameter("realm")
                        .orElseThrow());
    }

    @Property(tries = 500)
    void anyTextIsReadWithoutAnError(@ForAll String text) {
        for (Challenge challenge : Challenge.parse(List.of(text, "Basic realm=\"x\"" + text))) {
            assertTrue(challenge.scheme().length() > 0);
        }
    }
}
