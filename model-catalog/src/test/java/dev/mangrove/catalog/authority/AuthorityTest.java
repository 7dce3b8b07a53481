package dev.mangrove.catalog.authority;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.MovableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Date;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorityTest {
    @TempDir
    private Path folder;

    private final MovableClock clock = new MovableClock();
    private final SecureRandom random = new SecureRandom();

    private Authority open() throws IOException {
        return Authority.open(folder, clock, random);
    }

    @Test
    void theAuthorityIsMadeOnceAndItsKeysArePrivate() throws IOException {
        X509Certificate first = open().certificate();
        assertEquals(first, open().certificate());
        open().server(Set.of());
        for (String secret : new String[] {"ca.pem", "server.pem"}) {
            assertEquals(
                    PosixFilePermissions.fromString("rw-------"),
                    Files.getPosixFilePermissions(folder.resolve(secret)),
                    secret);
        }
        String published = Files.readString(open().certificateFile());
        assertTrue(published.startsWith("-----BEGIN CERTIFICATE-----"), published);
    }

    @Test
    void theServersCertificateIsSignedAndNamesItsHosts() throws IOException, GeneralSecurityException {
        Authority authority = open();
        Identity server = authority.server(Set.of("models.example.com", "192.0.2.7"));
        server.certificate().verify(authority.certificate().getPublicKey());
        server.certificate().checkValidity(Date.from(clock.instant()));
        assertEquals(
                Set.of("models.example.com", "192.0.2.7", "localhost", "127.0.0.1", "::1"),
                SubjectNames.of(server.certificate()));
        assertEquals(-1, server.certificate().getBasicConstraints(), "no authority itself");
        assertEquals(0, authority.certificate().getBasicConstraints());
    }

    @Test
    void theServersCertificateIsKeptUntilItsNamesChangeOrItsEndIsNear() throws IOException {
        X509Certificate first = open().server(Set.of("a.example")).certificate();
        assertEquals(first, open().server(Set.of("a.example")).certificate());
        X509Certificate renamed = open().server(Set.of("b.example")).certificate();
        assertNotEquals(first, renamed);
        clock.pass(Duration.ofDays(390));
        X509Certificate renewed = open().server(Set.of("b.example")).certificate();
        assertNotEquals(renamed, renewed);
        assertTrue(
                renewed.getNotAfter().toInstant().isAfter(renamed.getNotAfter().toInstant()));
    }

    @Test
    void secretsAreMadeOnceAndADamagedOneIsNotReplaced() throws IOException {
        Secrets secrets = new Secrets(folder, random);
        byte[] key = secrets.key("tokens");
        assertArrayEquals(key, secrets.key("tokens"));
        assertEquals(32, key.length);
        Files.write(folder.resolve("tokens.key"), new byte[3]);
        assertThrows(IOException.class, () -> secrets.key("tokens"));
    }
}
