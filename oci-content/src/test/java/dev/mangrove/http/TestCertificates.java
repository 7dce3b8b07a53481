package dev.mangrove.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;

/** A certificate for the loopback, made with the JDK's keytool; trust it by its own file. */
public record TestCertificates(PrivateKey key, X509Certificate certificate, Path chainFile, Path keyFile) {
    private static final String PASSWORD = "changeit";

    /** Makes a key and a certificate, and their PEM files, in a folder. */
    public static TestCertificates in(Path folder) throws IOException {
        return forName(folder, "localhost");
    }

    /** The same for another name. */
    public static TestCertificates forName(Path folder, String name) throws IOException {
        Path store = folder.resolve("test.p12");
        run(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "test",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:" + name + ",ip:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString());
        try (InputStream bytes = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(bytes, PASSWORD.toCharArray());
            PrivateKey key = (PrivateKey) keys.getKey("test", PASSWORD.toCharArray());
            X509Certificate certificate = (X509Certificate) keys.getCertificate("test");
            Path chain = Files.writeString(folder.resolve("test.crt"), pem("CERTIFICATE", certificate.getEncoded()));
            Path keyFile = Files.writeString(folder.resolve("test.key"), pem("PRIVATE KEY", key.getEncoded()));
            return new TestCertificates(key, certificate, chain, keyFile);
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot read the key that keytool made", e);
        }
    }

    /** As a server uses them. */
    public ServerTls forServer() {
        return ServerTls.of(key, List.of(certificate));
    }

    private static String pem(String type, byte[] der) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n";
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("keytool failed: " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while keytool ran", e);
        }
    }
}
