package dev.mangrove.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** {@code mangrove login} and {@code logout}, and what other clients make of what they write. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoginVerbIT {
    private static final String PASSWORD = "correct-horse";

    private final TestFolder folder = TestFolder.create();
    private MangroveProcess catalog;
    private Path config;

    @BeforeAll
    void startCatalogWithAUser() {
        String users = Command.in(folder.path(), Clients.require("htpasswd"))
                        .with("-Bbn", "-C", "4", "ada", PASSWORD)
                        .text()
                + "\n";
        catalog = MangroveProcess.start(
                "catalog",
                folder.folder("catalog"),
                "access:",
                "  anonymous-pull: false",
                "  users: " + folder.write("users", users),
                "  rules:",
                "    - user: ada",
                "      namespace: team",
                "      allow: pull, push, delete");
    }

    @AfterAll
    void stopCatalog() {
        if (catalog != null) {
            catalog.close();
        }
        folder.close();
    }

    @BeforeEach
    void forgetLogins() {
        TestFolder.delete(folder.path().resolve("docker"));
        config = folder.folder("docker").resolve("config.json");
    }

    private Command shell(String line) {
        return Command.in(folder.path(), Path.of("/bin/sh"))
                .environment("MANGROVE_BUILD", "off")
                .environment("DOCKER_CONFIG", config.getParent())
                .environment("PATH", folder.folder("helpers") + ":" + System.getenv("PATH"))
                .with("-c", line);
    }

    private Command login(String password) {
        return shell("printf '%s\\n' '" + password + "' | " + MangroveProcess.program() + " login " + catalog.address()
                + " -u ada --password-stdin");
    }

    private Command publish(String name) {
        folder.write("model/config.json", "{}");
        return shell(MangroveProcess.program() + " publish " + folder.path().resolve("model") + " " + catalog.address()
                + "/team/" + name);
    }

    @Test
    void aLoginCountsForPublishAndForOtherClientsUntilTheLogout() throws IOException {
        assertEquals(4, publish("model:1").run().failed().exit());
        login(PASSWORD).run().succeeded();
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(config)));
        String digest = publish("model:1").run().succeeded().output().strip();
        assertEquals(
                digest,
                shell(Clients.require("crane") + " digest --insecure " + catalog.address() + "/team/model:1")
                        .text());
        shell(MangroveProcess.program() + " logout " + catalog.address()).run().succeeded();
        assertEquals(4, publish("model:2").run().failed().exit());
    }

    @Test
    void aWrongPasswordIsRefusedAndNotKept() {
        Command.Finished finished = login("wrong").run().failed();
        assertEquals(4, finished.exit(), finished.toString());
        assertFalse(finished.all().contains("wrong\n"), finished.all());
        assertFalse(Files.exists(config));
    }

    @Test
    void aHelperKeepsTheLoginAndTheFileHasNoSecret() throws IOException {
        Path kept = folder.path().resolve("kept");
        Path helper = folder.write("helpers/docker-credential-drawer", """
            #!/bin/sh
            case $1 in
            store) cat > %1$s ;;
            get) cat > /dev/null; test -f %1$s && sed 's/"ServerURL":"[^"]*",//' %1$s ;;
            erase) cat > /dev/null; rm %1$s ;;
            esac
            """.formatted(kept));
        Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(config, "{\"credsStore\":\"drawer\",\"other\":1}");
        login(PASSWORD).run().succeeded();
        assertTrue(Files.readString(kept).contains(PASSWORD));
        String written = Files.readString(config).replaceAll("\\s", "");
        assertEquals("{\"credsStore\":\"drawer\",\"other\":1,\"auths\":{\"" + catalog.address() + "\":{}}}", written);
        publish("helped:1").run().succeeded();
        shell(MangroveProcess.program() + " logout " + catalog.address()).run().succeeded();
        assertFalse(Files.exists(kept));
        assertEquals(4, publish("helped:2").run().failed().exit());
    }
}
