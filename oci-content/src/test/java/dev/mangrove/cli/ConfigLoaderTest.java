package dev.mangrove.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {
    @TempDir
    private Path folder;

    private Config load(String yaml) throws IOException {
        return load(yaml, Map.of(), List.of());
    }

    private Config load(String yaml, Map<String, String> environment, List<String> flags) throws IOException {
        Path file = Files.writeString(folder.resolve("mangrove.yaml"), yaml);
        return ConfigLoader.load(Optional.of(file), environment, flags);
    }

    private String refusal(String yaml) {
        return assertThrows(Failure.class, () -> load(yaml)).getMessage().replace(folder + "/", "");
    }

    @Test
    void groupsAndListsBecomeDottedKeys() throws IOException {
        Config config = load("""
                store: {path: /data, reserve: 10%}
                parents:
                  - url: https://region.example:7979
                    ca-file: /etc/ca.pem
                  - url: http://second.example
                wan:
                  windows: ["22:00-05:00", "12:00-13:00"]
                """);
        assertEquals(Optional.of("/data"), config.get("store.path"));
        assertEquals(10, config.amount("store.reserve").orElseThrow().of(100));
        assertEquals(2, config.items("parents").size());
        assertEquals(
                URI.create("http://second.example"),
                config.items("parents").get(1).url("url").orElseThrow());
        assertEquals(List.of("22:00-05:00", "12:00-13:00"), config.list("wan.windows"));
        assertTrue(config.places().get("parents.0.ca-file").endsWith("mangrove.yaml:4"));
    }

    @Test
    void aFlagWinsOverTheEnvironmentThatOverTheFileAndThatOverTheDefault() throws IOException {
        String yaml = "wan: {rate: 1Mbit}\nfreshness: {policy: fresh}\nsite: a\n";
        Config config = load(
                yaml,
                Map.of("MANGROVE_WAN_RATE", "2Mbit", "MANGROVE_FRESHNESS_POLICY", "pinned", "PATH", "/bin"),
                List.of("wan.rate=3Mbit"));
        assertEquals(Optional.of("3Mbit"), config.get("wan.rate"));
        assertEquals(Optional.of("pinned"), config.get("freshness.policy"));
        assertEquals(Optional.of("a"), config.get("site"));
        assertEquals(Optional.of(Duration.ofMinutes(5)), config.duration("freshness.window"));
    }

    @Test
    void itemsOfListsAndKeysWithHyphensCanBeSetByVariables() throws IOException {
        Config config = load(
                "",
                Map.of("MANGROVE_PARENTS_0_URL", "http://r.example", "MANGROVE_DELTA_FULL_FALLBACK", "deny"),
                List.of());
        assertEquals(Optional.of("http://r.example"), config.get("parents.0.url"));
        assertEquals(Optional.of("deny"), config.get("delta.full-fallback"));
    }

    @Test
    void aMistypedKeyIsRefusedWithItsLineAndTheKeyThatWasMeant() {
        assertEquals(
                "mangrove.yaml:3: unknown setting store.quotta; did you mean store.quota?",
                refusal("site: a\nstore:\n  quotta: 1GB\n"));
        assertEquals(
                "mangrove.yaml:2: unknown setting parents.0.uri; did you mean parents.0.url?",
                refusal("parents:\n- uri: http://r.example\n"));
    }

    @Test
    void allProblemsAreToldAtOnce() {
        String refusal = refusal("store: {quota: lots}\nlisten: {registry: 7979}\nnonsense: {}\nfrobnicate: 1\n");
        assertTrue(refusal.contains("mangrove.yaml:1: store.quota: \"lots\" is not a size"), refusal);
        assertTrue(refusal.contains("mangrove.yaml:2: listen.registry: \"7979\" is not an address"), refusal);
        assertTrue(refusal.contains("mangrove.yaml:4: unknown setting frobnicate"), refusal);
    }

    @Test
    void aWrongVariableOrFlagIsNamed() {
        Failure variable = assertThrows(
                Failure.class,
                () -> ConfigLoader.load(Optional.empty(), Map.of("MANGROVE_WAN_RATE", "fast"), List.of()));
        assertTrue(variable.getMessage().startsWith("MANGROVE_WAN_RATE: wan.rate: \"fast\" is not a rate"));
        Failure flag =
                assertThrows(Failure.class, () -> ConfigLoader.load(Optional.empty(), Map.of(), List.of("store.path")));
        assertTrue(flag.getMessage().contains("expected KEY=VALUE"));
    }

    @Test
    void variablesThatPlatformsAddAreLeftAlone() {
        Config config = ConfigLoader.load(
                Optional.empty(), Map.of("MANGROVE_PORT_7979_TCP_ADDR", "10.0.0.1", "MANGROVE_DEBUG", "1"), List.of());
        assertFalse(config.values().containsValue("10.0.0.1"));
    }

    @Test
    void brokenYamlIsRefusedWithItsLine() {
        String refusal = refusal("site: a\nnode: [b\n");
        assertTrue(refusal.startsWith("mangrove.yaml:3: not valid YAML"), refusal);
        assertEquals("mangrove.yaml:2: site is set twice, first at mangrove.yaml:1", refusal("site: a\nsite: b\n"));
        assertTrue(refusal("just words").startsWith("mangrove.yaml:1: expected settings"));
    }

    @Test
    void anAliasBombIsRefused() {
        StringBuilder bomb = new StringBuilder("a: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 9; i++) {
            bomb.append("b").append(i).append(": &a").append(i).append(" [");
            bomb.append(("*a" + (i - 1) + ",").repeat(9)).append("x]\n");
        }
        String refusal = refusal(bomb.toString());
        assertTrue(refusal.contains("aliases"), refusal);
    }

    @Test
    void aGroupWithNothingInItIsNotASetting() throws IOException {
        assertTrue(load("parents:\nupstreams: []\nstore: {}\n").items("parents").isEmpty());
    }

    @Test
    void aUrlWithAPasswordIsRefused() {
        assertTrue(refusal("parents: [{url: 'https://u:p@r.example'}]").contains("a URL holds no password"));
    }

    @ParameterizedTest
    @CsvSource({"100GB,100000000000", "1.5 MiB,1572864", "7,7", "2k,2000", "1TiB,1099511627776"})
    void sizesAreReadWithTheirUnits(String text, long bytes) {
        assertEquals(bytes, Amount.parse(text).of(1));
    }

    @ParameterizedTest
    @CsvSource({"-1", "5 apples", "101%", "GB", "99999999999999TB", "''"})
    void whatIsNoSizeIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Amount.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:80,127.0.0.1,80", "[::1]:0,::1,0", "hub.example:7979,hub.example,7979"})
    void addressesAreReadAndWrittenBack(String text, String host, int port) {
        HostPort address = HostPort.parse(text);
        assertEquals(new HostPort(host, port), address);
        assertEquals(text, address.toString());
    }

    @ParameterizedTest
    @CsvSource({"host", ":80", "host:", "host:70000", "::1:80", "host:-1"})
    void whatIsNoAddressIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> HostPort.parse(text));
    }
}
