package dev.mangrove.catalog.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.mangrove.content.MovableClock;
import dev.mangrove.distribution.TooManyRequestsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LoginsTest {
    @TempDir
    private Path folder;

    private final MovableClock clock = new MovableClock();
    private final CountDownLatch checked = new CountDownLatch(1);
    private PasswordFile users;
    private Logins logins;

    @BeforeEach
    void open() throws IOException {
        Path file = folder.resolve("users");
        Files.writeString(file, "alice:" + bcrypt("secret") + "\nbob:" + bcrypt("hunter2") + "\n");
        users = PasswordFile.open(file, clock);
        logins = new Logins(users, clock, new SecureRandom());
    }

    private static String bcrypt(String password) {
        return OpenBSDBCrypt.generate("2y", password.toCharArray(), new byte[16], 4);
    }

    private static InetAddress address(int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
    }

    private void guess(InetAddress from, String user, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            assertFalse(logins.accept(from, user, "guess"));
        }
    }

    /** Logins whose checks wait for {@link #checked}. */
    private Logins held() {
        return new Logins(users, clock, new SecureRandom(), (hash, password) -> {
            try {
                checked.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return false;
        });
    }

    /** A login that waits, for its turn or in its check, when this returns. */
    private static FutureTask<Boolean> waiting(Logins held, InetAddress from, String user) {
        FutureTask<Boolean> login = new FutureTask<>(() -> held.accept(from, user, "guess"));
        Thread thread = Thread.ofPlatform().daemon().start(login);
        while (thread.getState() != Thread.State.WAITING && !login.isDone()) {
            Thread.onSpinWait();
        }
        return login;
    }

    @Test
    void guessesAtTheSameTimeAreNoMoreThanTheLimitAllows() throws Exception {
        Logins held = held();
        List<FutureTask<Boolean>> guesses = new ArrayList<>();
        for (int i = 0; i < CheckTurns.AT_ONCE + CheckTurns.MAX_WAITING; i++) {
            guesses.add(waiting(held, address(1), "alice"));
        }
        checked.countDown();
        int tried = 0;
        for (FutureTask<Boolean> guess : guesses) {
            try {
                assertFalse(guess.get());
                tried++;
            } catch (ExecutionException e) {
                assertInstanceOf(TooManyRequestsException.class, e.getCause());
            }
        }
        assertTrue(tried >= FailedLogins.MAX_FAILURES, tried + " tried");
        assertTrue(tried < FailedLogins.MAX_FAILURES + CheckTurns.AT_ONCE, tried + " tried");
    }

    @Test
    void whoComesWhenTooManyWaitIsToldToComeBack() throws Exception {
        Logins held = held();
        List<FutureTask<Boolean>> others = new ArrayList<>();
        for (int i = 0; i < CheckTurns.AT_ONCE + CheckTurns.MAX_WAITING; i++) {
            others.add(waiting(held, address(i), "alice"));
        }
        FutureTask<Boolean> late = new FutureTask<>(() -> held.accept(address(200), "bob", "hunter2"));
        Thread.ofPlatform().daemon().start(late);
        ExecutionException refused = assertThrows(ExecutionException.class, () -> late.get(10, TimeUnit.SECONDS));
        TooManyRequestsException tooMany = assertInstanceOf(TooManyRequestsException.class, refused.getCause());
        assertEquals(1, tooMany.retryAfter().toSeconds());
        checked.countDown();
        for (FutureTask<Boolean> other : others) {
            assertFalse(other.get());
        }
        assertFalse(held.accept(address(200), "bob", "hunter2"), "there is a place again");
    }

    @Test
    void aPasswordThatWasRightLatelyIsNotRefusedForWhatOthersGuess() throws IOException {
        assertTrue(logins.accept(address(1), "alice", "secret"));
        guess(address(1), "alice", FailedLogins.MAX_FAILURES);
        assertThrows(TooManyRequestsException.class, () -> logins.accept(address(1), "alice", "guess"));
        assertTrue(logins.accept(address(1), "alice", "secret"));
    }

    @Test
    void guessesForOneUserDoNotKeepAnotherOutOfTheSameAddress() throws IOException {
        guess(address(1), "alice", FailedLogins.MAX_FAILURES);
        assertThrows(TooManyRequestsException.class, () -> logins.accept(address(1), "alice", "secret"));
        assertTrue(logins.accept(address(1), "bob", "hunter2"));
        assertTrue(logins.accept(address(2), "alice", "secret"), "nor the same user out of another");
    }

    @Test
    void anAddressThatGuessesForManyUsersWaitsToo() throws IOException {
        for (int i = 0; i < FailedLogins.MAX_FAILURES_OF_ADDRESS; i++) {
            guess(address(1), "user" + i, 1);
        }
        assertThrows(TooManyRequestsException.class, () -> logins.accept(address(1), "bob", "hunter2"));
        clock.pass(FailedLogins.WINDOW);
        assertTrue(logins.accept(address(1), "bob", "hunter2"));
    }
}
