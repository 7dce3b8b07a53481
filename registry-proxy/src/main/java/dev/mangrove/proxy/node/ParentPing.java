package dev.mangrove.proxy.node;

import dev.mangrove.distribution.Via;
import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import dev.mangrove.proxy.push.Parent;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether the home catalog wants a login at its ping. Asked in the background and hardly ever waited for: once, and
 * shortly, when nothing is known yet.
 */
final class ParentPing {
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(2);

    private final List<Parent> parents;
    private final String node;
    private final InstantSource clock;
    private final AtomicReference<Instant> nextLook = new AtomicReference<>(Instant.MIN);
    private volatile Thread looking = Thread.ofVirtual().unstarted(() -> {});
    private volatile boolean known;
    private volatile boolean needsLogin;

    ParentPing(List<Parent> parents, String node, InstantSource clock) {
        this.parents = parents;
        this.node = node;
        this.clock = clock;
    }

    /** As last seen; looks again if that was a while ago. */
    boolean needsLogin() {
        lookSometimes();
        if (!known) {
            await(looking);
        }
        return needsLogin;
    }

    /** Begins to look, if the last time was a while ago. */
    void lookSometimes() {
        Instant due = nextLook.get();
        Instant now = clock.instant();
        if (!now.isBefore(due) && nextLook.compareAndSet(due, now.plus(PERIOD))) {
            looking = Thread.ofVirtual().name("ping parents").start(this::look);
        }
    }

    /** A push was answered with a challenge: that says it, too. */
    void challenged() {
        known = true;
        needsLogin = true;
    }

    private static void await(Thread looking) {
        try {
            if (looking.getState() != Thread.State.NEW) {
                looking.join(FIRST_PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        for (Parent parent : parents) {
            CallRequest request = CallRequest.of("GET", URI.create(parent.url() + "/v2/"), Via.NONE.next(node));
            try (CallResponse answer = parent.http().call(request)) {
                needsLogin = answer.status() == 401;
                known = true;
                return;
            } catch (IOException e) {
                // the next one; if none answers, what was seen last stands
            }
        }
    }
}
