package dev.mangrove.catalog.access;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import dev.mangrove.oci.MalformedContentException;
import dev.mangrove.oci.StrictJson;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Tokens as JSON web tokens with the claims of docker's token specification, sealed with HMAC-SHA256 under a key that only
 * this catalog has. Some clients look into {@code access}, so its shape is part of the protocol; only the one algorithm and
 * header that this class writes are ever accepted.
 */
final class TokenCodec {
    private static final String MAC = "HmacSHA256";
    private static final String HEADER = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8));
    private static final int MAX_CHARS = 16 * 1024;
    private static final int ID_BYTES = 12;
    private static final JsonFactory JSON = new JsonFactory();

    private final byte[] key;
    private final String service;
    private final InstantSource clock;
    private final SecureRandom random;

    TokenCodec(byte[] key, String service, InstantSource clock, SecureRandom random) {
        this.key = key.clone();
        this.service = service;
        this.clock = clock;
        this.random = random;
    }

    String write(Token token) {
        String payload = HEADER + "." + encode(claims(token).getBytes(StandardCharsets.UTF_8));
        return payload + "." + encode(seal(payload));
    }

    private String claims(Token token) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("iss", service);
            json.writeStringField("sub", token.user().orElse(""));
            json.writeStringField("aud", service);
            json.writeNumberField("exp", token.expiresAt().getEpochSecond());
            json.writeNumberField("nbf", token.issuedAt().getEpochSecond());
            json.writeNumberField("iat", token.issuedAt().getEpochSecond());
            json.writeStringField("jti", HexFormat.of().formatHex(id));
            json.writeArrayFieldStart("access");
            for (Scope scope : token.scopes()) {
                json.writeStartObject();
                json.writeStringField("type", "repository");
                json.writeStringField("name", scope.name());
                json.writeArrayFieldStart("actions");
                for (String action : scope.actionNames()) {
                    json.writeString(action);
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** The token, if this catalog made it and it has not expired. */
    Optional<Token> read(String text) {
        int seal = text.lastIndexOf('.');
        if (text.length() > MAX_CHARS || seal < 0 || !text.startsWith(HEADER + ".") || seal <= HEADER.length()) {
            return Optional.empty();
        }
        try {
            byte[] given = Base64.getUrlDecoder().decode(text.substring(seal + 1));
            if (!MessageDigest.isEqual(seal(text.substring(0, seal)), given)) {
                return Optional.empty();
            }
            byte[] claims = Base64.getUrlDecoder().decode(text.substring(HEADER.length() + 1, seal));
            Token token = StrictJson.read(claims, json -> new Claims().read(json));
            return clock.instant().isBefore(token.expiresAt()) ? Optional.of(token) : Optional.empty();
        } catch (MalformedContentException e) {
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // not base64
        }
    }

    private byte[] seal(String payload) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            return mac.doFinal(payload.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks " + MAC, e);
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The claims as they come in; sealed by us, so read without mercy for other shapes. */
    private static final class Claims {
        private String user = "";
        private long issuedAt;
        private long expiresAt;
        private final List<Scope> scopes = new ArrayList<>();

        Token read(JsonParser json) throws IOException {
            StrictJson.object(json, "claims", this::claim);
            return new Token(
                    user.isEmpty() ? Optional.empty() : Optional.of(user),
                    scopes,
                    Instant.ofEpochSecond(issuedAt),
                    Instant.ofEpochSecond(expiresAt));
        }

        private void claim(JsonParser json, String name) throws IOException {
            switch (name) {
                case "sub" -> user = StrictJson.string(json, name);
                case "iat" -> issuedAt = StrictJson.wholeNumber(json, name);
                case "exp" -> expiresAt = StrictJson.wholeNumber(json, name);
                case "access" -> StrictJson.array(json, name, () -> scopes.add(scope(json)));
                default -> json.skipChildren();
            }
        }

        private @Nullable String scopeName;
        private List<String> scopeActions = List.of();

        private Scope scope(JsonParser json) throws IOException {
            scopeName = null;
            scopeActions = new ArrayList<>();
            StrictJson.object(json, "access", (j, name) -> {
                switch (name) {
                    case "name" -> scopeName = StrictJson.string(j, name);
                    case "actions" -> StrictJson.array(j, name, () -> scopeActions.add(StrictJson.string(j, name)));
                    default -> j.skipChildren();
                }
            });
            return Scope.parseAll(List.of("repository:" + scopeName + ":" + String.join(",", scopeActions)))
                    .getFirst();
        }
    }
}
