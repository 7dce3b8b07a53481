package dev.mangrove.distribution.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.ContentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Docker's file, written by us and read by docker's rules. */
class LoginStoreTest {
    private static final Login.Password LOGIN = new Login.Password("ada", "s3:cret");

    @TempDir
    private Path temp;

    private Path file;

    @BeforeEach
    void chooseFile() {
        file = temp.resolve(".docker/config.json");
    }

    private LoginStore store() {
        return new LoginStore(file, new CredentialHelper(Duration.ofSeconds(5)));
    }

    private Optional<Login> found(String url) throws IOException {
        WebOrigin origin = RegistryUrl.parse(url).origin();
        return new DockerConfig(file, new CredentialHelper(Duration.ofSeconds(5))).find(origin);
    }

    private String mode() throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private void write(String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void whatIsSavedIsFoundAndTheFileIsForItsOwnerOnly() throws IOException {
        assertEquals(Optional.empty(), store().save("hub.example:7979", LOGIN));
        assertEquals(Optional.of(LOGIN), found("https://hub.example:7979"));
        assertEquals(Optional.empty(), found("https://hub.example:7980"));
        assertEquals("rw-------", mode());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
        assertEquals("""
            {
            \t"auths" : {
            \t\t"hub.example:7979" : {
            \t\t\t"auth" : "YWRhOnMzOmNyZXQ="
            \t\t}
            \t}
            }\
            """, Files.readString(file));
    }

    @Test
    void whatOthersWroteStaysAsItWas() throws IOException {
        write("{\"HttpHeaders\":{\"X\":\"1\"},\"auths\":{\"quay.io\":{\"auth\":\"eDp5\",\"email\":\"x@y\"}},"
                + "\"plugins\":{\"a\":[1.50,true,null,{}]},\"detachKeys\":\"ctrl-e\"}");
        store().save("hub.example", LOGIN);
        store().erase("hub.example");
        assertEquals(
                "{\"HttpHeaders\":{\"X\":\"1\"},\"auths\":{\"quay.io\":{\"auth\":\"eDp5\",\"email\":\"x@y\"}},"
                        + "\"plugins\":{\"a\":[1.50,true,null,{}]},\"detachKeys\":\"ctrl-e\"}",
                Files.readString(file).replaceAll("\\s", ""));
        assertEquals("rw-------", mode(), "a file that all could read is not left so");
    }

    @Test
    void dockerHubGoesByItsOldName() throws IOException {
        store().save("docker.io", LOGIN);
        assertTrue(Files.readString(file).contains("https://index.docker.io/v1/"));
        assertEquals(Optional.of(LOGIN), found("https://registry-1.docker.io"));
        assertTrue(store().erase("docker.io"));
        assertEquals(Optional.empty(), found("https://registry-1.docker.io"));
    }

    @Test
    void aLaterLoginTakesThePlaceOfTheEarlierAndLogoutForgetsIt() throws IOException {
        store().save("hub.example", new Login.Password("bob", "old"));
        store().save("hub.example", LOGIN);
        assertEquals(Optional.of(LOGIN), found("https://hub.example"));
        assertTrue(store().erase("hub.example"));
        assertFalse(store().erase("hub.example"));
        assertEquals(Optional.empty(), found("https://hub.example"));
    }

    @Test
    void anEntryThatAnOldDockerSpelledAsAUrlIsForgottenToo() throws IOException {
        write("{\"auths\":{\"https://hub.example/v2/\":{\"auth\":\"eDp5\"}}}");
        assertTrue(found("https://hub.example").isPresent());
        assertTrue(store().erase("hub.example"));
        assertTrue(found("https://hub.example").isEmpty());
    }

    @Test
    void aFileThatCannotBeReadIsNotOverwritten() throws IOException {
        write("{\"auths\":{},}");
        assertThrows(ContentException.Refused.class, () -> store().save("hub.example", LOGIN));
        assertEquals("{\"auths\":{},}", Files.readString(file));
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void aLinkToTheFileStaysALink() throws IOException {
        Path target = temp.resolve("dotfiles.json");
        Files.writeString(target, "{}");
        Files.createDirectories(file.getParent());
        Files.createSymbolicLink(file, target);
        store().save("hub.example", LOGIN);
        assertTrue(Files.isSymbolicLink(file));
        assertTrue(Files.readString(target).contains("hub.example"));
    }

    @Test
    void aHelperThatIsNotThereIsNamedAndNothingIsWrittenInstead() throws IOException {
        String before = "{\"credsStore\":\"no-such-helper\"}";
        write(before);
        ContentException.Refused refused =
                assertThrows(ContentException.Refused.class, () -> store().save("hub.example", LOGIN));
        assertTrue(refused.getMessage().contains("docker-credential-no-such-helper"), refused.getMessage());
        assertEquals(before, Files.readString(file));
    }
}
