package dev.mangrove.distribution.client;

import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Tries again after 429, when the wait told is short enough for somebody to sit through; a longer one is passed up, and so
 * is a 503, since the caller may have other places to go. Waits a little longer than told, so that a thousand sites
 * told the same second do not come back in the same second.
 */
final class Patience implements ScopedCaller {
    /** Longest wait before one more try. */
    static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private static final int MAX_TRIES = 3;
    private static final Duration UNTOLD_WAIT = Duration.ofMillis(500);

    private final ScopedCaller next;
    private final Pause pause;
    private final RandomGenerator random;

    Patience(ScopedCaller next, Pause pause, RandomGenerator random) {
        this.next = next;
        this.pause = pause;
        this.random = random;
    }

    @Override
    public CallResponse call(CallRequest request, List<Scope> scopes) throws IOException {
        for (int tries = 1; ; tries++) {
            CallResponse answer = next.call(request, scopes);
            boolean busy = answer.status() == 429;
            Duration wait = AnswerFailure.retryAfter(answer.headers()).orElse(UNTOLD_WAIT.multipliedBy(tries));
            if (!busy
                    || tries == MAX_TRIES
                    || wait.compareTo(LONGEST_WAIT) > 0
                    || !Authorizer.isRepeatable(request.body())) {
                return answer;
            }
            answer.close();
            pause.pause(wait.plusMillis(random.nextLong(1, 500L * tries + 1)));
        }
    }
}
