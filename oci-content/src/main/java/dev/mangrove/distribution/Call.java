package dev.mangrove.distribution;

import dev.mangrove.content.Caller;
import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpExchange;
import dev.mangrove.http.RequestHead;
import dev.mangrove.http.Response;
import dev.mangrove.observe.RequestNotes;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.OciErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request on its way through the handlers: what was found out about it, and how it is answered. */
final class Call {
    private static final int MAX_WARNING_CHARS = 4000;
    private final HttpExchange exchange;
    private final Access access;
    private @Nullable Grant grant;
    private @Nullable Location location;
    private Access.Action action = Access.Action.PULL;

    Call(HttpExchange exchange, Access access) {
        this.exchange = exchange;
        this.access = access;
    }

    RequestHead head() {
        return exchange.request();
    }

    InputStream body() {
        return exchange.body();
    }

    boolean isHead() {
        return head().method().equals("HEAD");
    }

    boolean isPull() {
        return isHead() || head().method().equals("GET");
    }

    /** Who asks, with what rights; asked of {@link Access} once. */
    Grant grant() throws IOException {
        Grant known = grant;
        if (known == null) {
            known = access.authenticate(head());
            grant = known;
            noteCaller(known.caller());
        }
        return known;
    }

    private static void noteCaller(Caller caller) {
        switch (caller) {
            case Caller.Anonymous _ -> {}
            case Caller.User user -> RequestNotes.caller(user.name());
            case Caller.Node _ -> RequestNotes.caller("node");
        }
    }

    Caller caller() throws IOException {
        return grant().caller();
    }

    /** Says which repository the request is about, what it wants there, and refuses it if that is not allowed. */
    void enter(Location repository, Access.Action wanted) throws IOException {
        location = repository;
        action = wanted;
        if (grant().allows(repository, wanted)) {
            return;
        }
        String what = wanted.name().toLowerCase(java.util.Locale.ROOT) + " of " + repository;
        throw grant().loginHelps()
                ? ProtocolException.of(OciErrorCode.UNAUTHORIZED, what + " needs a login that allows it")
                : ProtocolException.of(OciErrorCode.DENIED, what + " is not allowed to this user");
    }

    /** The repository of the request; only after {@link #enter}. */
    Location location() {
        Location entered = location;
        if (entered == null) {
            throw new IllegalStateException("no repository was entered");
        }
        return entered;
    }

    /** Headers for a 401. */
    Headers challenge() {
        return access.challenge(head(), Optional.ofNullable(location), action);
    }

    boolean needsLogin() {
        return access.pingNeedsLogin()
                && head().headers().first("Authorization").isEmpty();
    }

    boolean responded() {
        return exchange.responded();
    }

    /** Sends the answer with the headers that every answer has. */
    void respond(Response response) throws IOException {
        Headers headers = Headers.of("Docker-Distribution-API-Version", "registry/2.0")
                .and(namespace())
                .and(response.headers());
        exchange.respond(new Response(response.status(), headers, response.body()));
    }

    private Headers namespace() {
        Optional<String> asked = location == null ? Optional.empty() : head().query("ns");
        return asked.map(value -> Headers.of("OCI-Namespace", value)).orElse(Headers.none());
    }

    /** A {@code Warning: 299} header (distribution specification, "Warnings"); printable ASCII, 4096 bytes at most. */
    static Headers warning(Optional<String> text) {
        if (text.isEmpty()) {
            return Headers.none();
        }
        StringBuilder quoted = new StringBuilder("299 - \"");
        text.get().chars().limit(MAX_WARNING_CHARS).forEach(c -> quoted.append(plain(c)));
        return Headers.of("Warning", quoted.append('"').toString());
    }

    private static char plain(int c) {
        return switch (c) {
            case '"', '\\' -> '\'';
            default -> c < 0x20 || c > 0x7e ? '?' : (char) c;
        };
    }
}
