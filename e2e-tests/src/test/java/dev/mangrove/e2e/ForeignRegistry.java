package dev.mangrove.e2e;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Somebody else's registry, run for real on loopback: Debian's docker-registry (distribution 2) or distribution 3, open,
 * behind a password file, or behind a token server as the big hosted ones are.
 */
final class ForeignRegistry implements AutoCloseable {
    static final String USER = "ada";
    static final String PASSWORD = "correct-horse";
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final TestFolder folder;
    private final ProcessUnderTest process;
    private final int port;
    private final TokenServer tokens;

    private ForeignRegistry(TestFolder folder, ProcessUnderTest process, int port, TokenServer tokens) {
        this.folder = folder;
        this.process = process;
        this.port = port;
        this.tokens = tokens;
    }

    /** Debian's docker-registry, open to everybody. */
    static ForeignRegistry distribution2() {
        return start("docker-registry", Auth.NONE);
    }

    static ForeignRegistry distribution3() {
        return start("registry3", Auth.NONE);
    }

    /** Basic authentication for {@link #USER}. */
    static ForeignRegistry withPassword() {
        return start("registry3", Auth.BASIC);
    }

    /** Bearer tokens from a server on another port, which wants {@link #USER}. */
    static ForeignRegistry withTokens() {
        return start("registry3", Auth.TOKEN);
    }

    private enum Auth {
        NONE,
        BASIC,
        TOKEN
    }

    private static ForeignRegistry start(String program, Auth auth) {
        Path binary = Clients.require(program);
        TestFolder folder = TestFolder.create();
        TokenServer tokens = null;
        try {
            int port = FreePort.next();
            String access = "";
            switch (auth) {
                case NONE -> {}
                case BASIC -> {
                    String entry = Command.in(folder.path(), Clients.require("htpasswd"))
                            .with("-Bbn", "-C", "4", USER, PASSWORD)
                            .text();
                    Path file = folder.write("htpasswd", entry + "\n");
                    access = "auth: {htpasswd: {realm: test, path: " + file + "}}\n";
                }
                case TOKEN -> {
                    tokens = new TokenServer();
                    Path keys = folder.write("jwks.json", tokens.jwks());
                    access = "auth: {token: {realm: \"" + tokens.realm() + "\", service: foreign, issuer: test, jwks: "
                            + keys + ", signingalgorithms: [ES256]}}\n";
                }
            }
            Path config = folder.write("config.yml", """
                    version: 0.1
                    log: {level: warn, accesslog: {disabled: false}}
                    storage:
                      filesystem: {rootdirectory: %s}
                      delete: {enabled: true}
                    http: {addr: "127.0.0.1:%d", secret: test}
                    %s""".formatted(folder.folder("data"), port, access));
            ProcessUnderTest process = ProcessUnderTest.start(
                    program,
                    folder.path(),
                    Map.of("OTEL_TRACES_EXPORTER", "none"),
                    List.of(binary.toString(), "serve", config.toString()));
            ForeignRegistry registry = new ForeignRegistry(folder, process, port, tokens);
            process.awaitPort(port, START_LIMIT);
            return registry;
        } catch (RuntimeException e) {
            if (tokens != null) {
                tokens.close();
            }
            folder.close();
            throw e;
        }
    }

    int port() {
        return port;
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    String url() {
        return "http://" + address();
    }

    ProcessUnderTest process() {
        return process;
    }

    /** As its owner, with whatever credentials that takes. */
    Wire owner(String repository) {
        if (tokens != null) {
            return new Wire(
                    url(),
                    "Authorization",
                    "Bearer " + tokens.token(List.of("repository:" + repository + ":pull,push")));
        }
        return new Wire(url(), "Authorization", basic());
    }

    static String basic() {
        return "Basic " + Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    }

    /** Every Authorization header that the token server was shown. */
    List<String> tokenCredentials() {
        return tokens == null ? List.of() : List.copyOf(tokens.credentials);
    }

    @Override
    public void close() {
        process.close();
        if (tokens != null) {
            tokens.close();
        }
        folder.close();
    }

    /** Signs Docker's kind of token for whoever shows the password; an anonymous caller gets 401. */
    private static final class TokenServer implements AutoCloseable {
        private static final Duration LIFETIME = Duration.ofMinutes(5);
        private final HttpServer server;
        private final KeyPair keys;
        private final List<String> credentials = new CopyOnWriteArrayList<>();

        TokenServer() {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(new ECGenParameterSpec("secp256r1"));
                keys = generator.generateKeyPair();
                server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
            server.createContext("/token", exchange -> {
                String shown = exchange.getRequestHeaders().getFirst("Authorization");
                credentials.add(shown == null ? "" : shown);
                List<String> scopes = new ArrayList<>();
                String query = exchange.getRequestURI().getRawQuery();
                for (String pair : (query == null ? "" : query).split("&", -1)) {
                    if (pair.startsWith("scope=")) {
                        scopes.addAll(List.of(URLDecoder.decode(pair.substring(6), StandardCharsets.UTF_8)
                                .split(" ", -1)));
                    }
                }
                boolean allowed = exchange.getRequestMethod().equals("GET") && basic().equals(shown);
                byte[] body = (allowed ? "{\"token\":\"" + token(scopes) + "\",\"expires_in\":300}" : "{}")
                        .getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(
                        allowed ? 200 : exchange.getRequestMethod().equals("GET") ? 401 : 405, body.length);
                exchange.getResponseBody().write(body);
                exchange.close();
            });
            server.start();
        }

        String realm() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
        }

        String jwks() {
            ECPublicKey key = (ECPublicKey) keys.getPublic();
            return "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"use\":\"sig\",\"alg\":\"ES256\",\"kid\":\"test\",\"x\":\""
                    + base64(fixed(key.getW().getAffineX())) + "\",\"y\":\""
                    + base64(fixed(key.getW().getAffineY())) + "\"}]}";
        }

        String token(List<String> scopes) {
            StringBuilder access = new StringBuilder();
            for (String scope : scopes) {
                String[] parts = scope.split(":", 3);
                if (parts.length == 3) {
                    access.append(access.isEmpty() ? "" : ",")
                            .append("{\"type\":\"" + parts[0] + "\",\"name\":\"" + parts[1] + "\",\"actions\":[\""
                                    + parts[2].replace(",", "\",\"") + "\"]}");
                }
            }
            long now = Instant.now().getEpochSecond();
            String signed = base64(
                            "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"test\"}".getBytes(StandardCharsets.UTF_8))
                    + "."
                    + base64(("{\"iss\":\"test\",\"aud\":\"foreign\",\"sub\":\"" + USER + "\",\"nbf\":" + (now - 10)
                                    + ",\"iat\":" + now + ",\"exp\":" + (now + LIFETIME.toSeconds()) + ",\"access\":["
                                    + access + "]}")
                            .getBytes(StandardCharsets.UTF_8));
            try {
                Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
                signature.initSign(keys.getPrivate());
                signature.update(signed.getBytes(StandardCharsets.UTF_8));
                return signed + "." + base64(signature.sign());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        private static byte[] fixed(BigInteger number) {
            byte[] bytes = number.toByteArray();
            byte[] fixed = new byte[32];
            int from = Math.max(0, bytes.length - 32);
            System.arraycopy(bytes, from, fixed, 32 - (bytes.length - from), bytes.length - from);
            return fixed;
        }

        private static String base64(byte[] bytes) {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
