package dev.mangrove.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.cli.Amount;
import dev.mangrove.cli.Config;
import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.HostPort;
import dev.mangrove.content.ContentException;
import dev.mangrove.distribution.client.ClientFixture;
import dev.mangrove.distribution.client.Credentials;
import dev.mangrove.distribution.client.FakeUpstream;
import dev.mangrove.distribution.client.Login;
import dev.mangrove.http.Headers;
import dev.mangrove.http.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChecksTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    private Path temp;

    private static Finding.Grade clock(String date) {
        return ClockCheck.of("hub", Optional.of(date), NOW, NOW.plusMillis(300))
                .orElseThrow()
                .grade();
    }

    @Test
    void aClockIsJudgedByHowFarItIsOffAndNotByTheTimeAnAnswerTakes() {
        assertEquals(Finding.Grade.OK, clock("Sun, 01 Mar 2026 12:00:00 GMT"));
        assertEquals(Finding.Grade.OK, clock("Sun, 01 Mar 2026 11:59:40 GMT"));
        assertEquals(Finding.Grade.WARN, clock("Sun, 01 Mar 2026 11:59:00 GMT"));
        assertEquals(Finding.Grade.WARN, clock("Sun, 01 Mar 2026 12:02:00 GMT"));
        assertEquals(Finding.Grade.FAIL, clock("Sun, 01 Mar 2026 12:06:00 GMT"));
        assertEquals(Optional.empty(), ClockCheck.of("hub", Optional.of("yesterday"), NOW, NOW));
        Finding behind = ClockCheck.of("hub", Optional.of("Sun, 01 Mar 2026 12:06:00 GMT"), NOW, NOW)
                .orElseThrow();
        assertTrue(behind.detail().startsWith("360 s behind"), behind.detail());
    }

    @Test
    void aDiskWarnsBeforeItsReserveIsReachedAndFailsBelowIt() {
        Amount reserve = Amount.parse("10%");
        assertEquals(
                Finding.Grade.OK, DiskCheck.space(temp, 200, 1_000, reserve).grade());
        assertEquals(
                Finding.Grade.WARN, DiskCheck.space(temp, 199, 1_000, reserve).grade());
        assertEquals(
                Finding.Grade.FAIL, DiskCheck.space(temp, 99, 1_000, reserve).grade());
    }

    private Finding docker(String daemon, String address, boolean tls) throws IOException {
        Files.writeString(temp.resolve("daemon.json"), daemon);
        return new DockerCheck(temp).of(HostPort.parse(address), tls);
    }

    @Test
    void dockerNeedsToBeToldOfARegistryWithoutTlsThatIsNotOnThisMachine() throws IOException {
        assertEquals(Finding.Grade.OK, docker("{}", "127.0.0.1:7979", false).grade());
        Finding untold = docker("{}", "10.1.2.3:7979", false);
        assertEquals(Finding.Grade.WARN, untold.grade());
        assertTrue(untold.next().contains("\"insecure-registries\": [\"10.1.2.3:7979\"]"), untold.next());
        String told = "{\"insecure-registries\":[\"10.1.2.3:7979\"]}";
        assertEquals("", docker(told, "10.1.2.3:7979", false).next());
    }

    @Test
    void aMirrorOfDockerHubIsWhatAnAgentCannotBe() throws IOException {
        String told = "{\"registry-mirrors\":[\"http://127.0.0.1:7979/\"]}";
        Finding mirrored = docker(told, "127.0.0.1:7979", false);
        assertEquals(Finding.Grade.WARN, mirrored.grade());
        assertTrue(mirrored.next().contains("127.0.0.1:7979/docker.io/library/NAME"), mirrored.next());
    }

    @Test
    void dockerNeedsTheCertificateOfOurOwnAuthority() throws IOException {
        assertEquals(Finding.Grade.WARN, docker("{}", "10.1.2.3:7979", true).grade());
        Path certificates = Files.createDirectories(temp.resolve("certs.d/10.1.2.3:7979"));
        Files.writeString(certificates.resolve("ca.crt"), "x");
        assertEquals(Finding.Grade.OK, docker("{}", "10.1.2.3:7979", true).grade());
        assertEquals(
                Finding.Grade.WARN, docker("{broken", "127.0.0.1:7979", false).grade());
    }

    @Test
    void aPortIsFreeOursOrTakenBySomebodyElse() throws IOException {
        HostPort address;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            address = new HostPort("127.0.0.1", taken.getLocalPort());
            assertEquals(
                    Finding.Grade.OK,
                    PortCheck.of("listen.registry", address, true, request -> {
                                throw new ContentException.Unavailable("TLS", null);
                            })
                            .grade());
            Finding stranger = PortCheck.of("listen.registry", address, false, request -> {
                throw new ContentException.Unavailable("no HTTP", null);
            });
            assertEquals(Finding.Grade.FAIL, stranger.grade());
            assertTrue(stranger.next().contains("ss -ltnp"), stranger.next());
        }
        try (ClientFixture fixture = new ClientFixture()) {
            assertEquals(
                    Finding.Grade.OK,
                    PortCheck.of("listen.registry", address, false, fixture.http())
                            .grade());
            assertEquals(
                    Finding.Grade.FAIL,
                    PortCheck.of("listen.registry", address, true, fixture.http())
                            .grade(),
                    "the store is open, and nobody listens");
        }
    }

    @Test
    void aParentIsReachableRefusesOrIsAway() throws IOException {
        try (ClientFixture fixture = new ClientFixture()) {
            FakeUpstream upstream = fixture.upstream();
            RemoteCheck check = new RemoteCheck("parent", upstream.url(), Credentials.NONE, true);
            assertEquals(
                    Finding.Grade.OK,
                    check.run(fixture.http(), fixture.settings()).getFirst().grade());
            upstream.fault((exchange, registry) -> {
                exchange.respond(Response.empty(401, Headers.of("WWW-Authenticate", "Basic realm=\"x\"")));
                return true;
            });
            Credentials wrong = Credentials.only(upstream.url().origin(), new Login.Password("ada", "wrong"));
            Finding refused = new RemoteCheck("parent", upstream.url(), wrong, true)
                    .run(fixture.http(), fixture.settings())
                    .getFirst();
            assertEquals(Finding.Grade.FAIL, refused.grade());
            assertTrue(refused.detail().contains("refuses us"), refused.detail());
            upstream.close();
            assertEquals(
                    Finding.Grade.FAIL,
                    check.run(fixture.http(), fixture.settings()).getFirst().grade());
        }
    }

    @Test
    void theRegistriesOfTheSettingsAreAllLookedAtAndALoneParentIsNeeded() {
        List<RemotePlan> plans = RemotePlan.of(
                Config.of(Map.of("parents.0.url", "http://127.0.0.1:1", "upstreams.0.registry", "docker.io")));
        assertEquals(2, plans.size());
        assertTrue(plans.getFirst().check().needed());
        assertEquals(
                "https://registry-1.docker.io", plans.getLast().check().url().toString());
    }

    @Test
    void theWorstFindingIsTheExitCode() {
        Finding ok = Finding.ok("a", "b");
        Finding warn = Finding.warn("a", "b", "c");
        Finding fail = Finding.fail("a", "b", "c");
        assertEquals(ExitCode.DONE, DoctorCommand.exitCode(List.of(ok)));
        assertEquals(ExitCode.PARTIAL, DoctorCommand.exitCode(List.of(ok, warn, ok)));
        assertEquals(ExitCode.ERROR, DoctorCommand.exitCode(List.of(warn, fail)));
    }

    @Test
    void aStoreThatIsNoneIsToldFromOneThatIsYetToBeMade() throws IOException {
        assertEquals(
                Finding.Grade.OK, StoreCheck.of(temp.resolve("new")).getFirst().grade());
        Files.writeString(temp.resolve("something"), "x");
        assertEquals(Finding.Grade.FAIL, StoreCheck.of(temp).getFirst().grade());
        Files.writeString(temp.resolve("VERSION"), "mangrove-store 99\n");
        Finding newer = StoreCheck.of(temp).getFirst();
        assertEquals(Finding.Grade.FAIL, newer.grade());
        assertTrue(newer.detail().contains("99"), newer.detail());
    }
}
