package dev.mangrove.catalog.access;

import dev.mangrove.distribution.TooManyRequestsException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks passwords. A right one is remembered for a while (as a keyed hash, in memory only), because clients with basic
 * login send it with every request and bcrypt is slow; how many are checked at once is bounded for the same reason.
 */
public final class Logins {
    private static final Duration REMEMBERED = Duration.ofMinutes(5);
    private static final int MAX_REMEMBERED = 10_000;
    private static final int KEY_BYTES = 32;
    private static final String MAC = "HmacSHA256";

    /** Compares a password with a hash. */
    @FunctionalInterface
    interface Matcher {
        boolean matches(String hash, String password);
    }

    private record Proof(String hash, byte[] seal, Instant until) {}

    private final PasswordFile users;
    private final InstantSource clock;
    private final FailedLogins failures;
    private final Matcher matcher;
    private final CheckTurns turns = new CheckTurns();
    private final byte[] key = new byte[KEY_BYTES];
    private final Map<String, Proof> proofs = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Proof> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    public Logins(PasswordFile users, InstantSource clock, SecureRandom random) {
        this(users, clock, random, Bcrypt::matches);
    }

    Logins(PasswordFile users, InstantSource clock, SecureRandom random, Matcher matcher) {
        this.users = users;
        this.clock = clock;
        this.failures = new FailedLogins(clock);
        this.matcher = matcher;
        random.nextBytes(key);
    }

    /**
     * Whether that is the user's password.
     *
     * @throws TooManyRequestsException if the address has guessed too often, or too many logins are being checked
     */
    boolean accept(InetAddress from, String user, String password) throws TooManyRequestsException {
        byte[] seal = seal(user, password);
        if (remembered(user, seal)) {
            return true; // whatever others from the same address, a region perhaps, have guessed
        }
        refuseGuesser(from, user);
        return turns.inTurn(() -> check(from, user, password, seal));
    }

    /** Checks in turn; what those before it in the queue have tried counts. */
    private boolean check(InetAddress from, String user, String password, byte[] seal) throws TooManyRequestsException {
        if (remembered(user, seal)) {
            return true;
        }
        refuseGuesser(from, user);
        Optional<String> hash = users.hash(user);
        boolean right = matcher.matches(hash.orElse(Bcrypt.OF_NOBODY), password) && hash.isPresent();
        if (right) {
            remember(user, new Proof(hash.get(), seal, clock.instant().plus(REMEMBERED)));
        } else {
            failures.failed(from, user);
        }
        return right;
    }

    private void refuseGuesser(InetAddress from, String user) throws TooManyRequestsException {
        Optional<Duration> wait = failures.wait(from, user);
        if (wait.isPresent()) {
            throw new TooManyRequestsException(
                    "too many failed logins from this address; wait and try again", wait.get());
        }
    }

    private boolean remembered(String user, byte[] seal) {
        Optional<String> hash = users.hash(user);
        return hash.isPresent() && remembered(user, hash.get(), seal);
    }

    private synchronized boolean remembered(String user, String hash, byte[] seal) {
        Proof proof = proofs.get(user);
        return proof != null
                && clock.instant().isBefore(proof.until())
                && proof.hash().equals(hash)
                && java.security.MessageDigest.isEqual(proof.seal(), seal);
    }

    private synchronized void remember(String user, Proof proof) {
        proofs.put(user, proof);
    }

    private byte[] seal(String user, String password) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            byte[] name = user.getBytes(StandardCharsets.UTF_8);
            mac.update(Arrays.copyOf(name, name.length + 1)); // a zero byte between the two
            return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK lacks " + MAC, e);
        }
    }
}
