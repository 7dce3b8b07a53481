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

/** Whether the home catalog wants a login at its ping: asked now and then in the background, never waited for. */
final class ParentPing {
    private static final Duration PERIOD = Duration.ofMinutes(1);

    private final List<Parent> parents;
    private final String node;
    private final InstantSource clock;
    private final AtomicReference<Instant> nextLook = new AtomicReference<>(Instant.MIN);
    private volatile boolean needsLogin;

    ParentPing(List<Parent> parents, String node, InstantSource clock) {
        this.parents = parents;
        this.node = node;
        this.clock = clock;
    }

    /** As last seen; looks again if that was a while ago. */
    boolean needsLogin() {
        Instant due = nextLook.get();
        Instant now = clock.instant();
        if (!now.isBefore(due) && nextLook.compareAndSet(due, now.plus(PERIOD))) {
            Thread.ofVirtual().name("ping parents").start(this::look);
        }
        return needsLogin;
    }

    private void look() {
        for (Parent parent : parents) {
            CallRequest request = CallRequest.of("GET", URI.create(parent.url() + "/v2/"), Via.NONE.next(node));
            try (CallResponse answer = parent.http().call(request)) {
                needsLogin = answer.status() == 401;
                return;
            } catch (IOException e) {
                // the next one; if none answers, what was seen last stands
            }
        }
    }
}
