package dev.mangrove.catalog.registry;

import dev.mangrove.oci.Location;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Binds an upload session to the repository it was opened in, without keeping anything: what stands in the URL is the
 * session's id and a keyed hash of id and repository. Survives a restart as long as the key does.
 */
final class UploadTickets {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int SEAL_BYTES = 16;
    private final byte[] key;

    UploadTickets(byte[] key) {
        this.key = key.clone();
    }

    /** What the client gets. */
    String issue(Location repository, String session) {
        return session + "-" + seal(repository, session);
    }

    /** The session that a ticket is for; empty if it was not issued for that repository. */
    Optional<String> session(Location repository, String ticket) {
        int dash = ticket.lastIndexOf('-');
        if (dash <= 0) {
            return Optional.empty();
        }
        String session = ticket.substring(0, dash);
        byte[] expected = seal(repository, session).getBytes(StandardCharsets.UTF_8);
        byte[] given = ticket.substring(dash + 1).getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(expected, given) ? Optional.of(session) : Optional.empty();
    }

    private String seal(Location repository, String session) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            byte[] whole = mac.doFinal((repository + "\n" + session).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(whole, 0, SEAL_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks " + ALGORITHM, e);
        }
    }
}
