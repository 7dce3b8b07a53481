package dev.mangrove.catalog.access;

import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** Passwords against bcrypt hashes; slow on purpose. */
final class Bcrypt {
    private static final Pattern HASH = Pattern.compile("\\$2[aby]\\$[0-9]{2}\\$[./A-Za-z0-9]{53}");

    /** What bcrypt looks at; more is ignored by it, and refused here. */
    private static final int MAX_PASSWORD_BYTES = 72;

    /** Of no password: an unknown user costs as much time as a known one. */
    static final String OF_NOBODY = "$2y$05$abcdefghijklmnopqrstuuVdXHo6GYXGhKUOOB5rnwi7iDXQHzOka";

    private Bcrypt() {}

    static boolean isHash(String text) {
        return HASH.matcher(text).matches();
    }

    static boolean matches(String hash, String password) {
        if (password.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > MAX_PASSWORD_BYTES) {
            return false;
        }
        return OpenBSDBCrypt.checkPassword(hash, password.toCharArray());
    }
}
