package dev.mangrove.edge.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.cli.Config;
import dev.mangrove.cli.Failure;
import dev.mangrove.cli.Role;
import dev.mangrove.cli.Roles;
import dev.mangrove.content.TestContent;
import dev.mangrove.distribution.client.ClientFixture;
import dev.mangrove.distribution.client.FakeUpstream;
import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import dev.mangrove.http.Headers;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is special about an agent. */
class AgentRoleTest {
    private static final TestContent LAYER = TestContent.random(1, 200_000);

    @TempDir
    private Path folder;

    private Config config(String listen, String parent) {
        return Config.of(Map.of(
                "listen.registry",
                listen,
                "store.path",
                folder.toString(),
                "store.reserve",
                "1MB",
                "node",
                "agent-1",
                "parents.0.url",
                parent));
    }

    @Test
    void theRoleIsFoundByItsName() {
        assertEquals("agent", Roles.named("agent").name());
    }

    @Test
    void anAgentListensOnTheLoopbackOnly() {
        assertThrows(Failure.class, () -> new AgentRole().start(config("0.0.0.0:0", "http://127.0.0.1:1")));
    }

    @Test
    void homeAndForeignNamesComeFromTheRegion() throws IOException {
        try (ClientFixture client = new ClientFixture()) {
            FakeUpstream region = client.upstream();
            region.image(Location.parse("acme/detector"), "v1", LAYER.bytes());
            region.image(Location.parse("docker.io/library/alpine"), "3", LAYER.bytes());
            try (Role.Running agent =
                    new AgentRole().start(config("127.0.0.1:0", region.url().toString()))) {
                for (String name :
                        new String[] {"acme/detector/manifests/v1", "docker.io/library/alpine/manifests/3"}) {
                    URI url = URI.create(agent.url() + "/v2/" + name);
                    try (CallResponse answer = client.http().call(CallRequest.of("GET", url, Headers.none()))) {
                        assertEquals(200, answer.status());
                        assertEquals(
                                "region",
                                answer.headers().first("Mangrove-Source").orElseThrow());
                    }
                }
                assertTrue(region.count("GET", "/v2/docker.io/library/alpine/manifests/") > 0);
            }
        }
    }
}
