package dev.mangrove.proxy.push;

import dev.mangrove.distribution.Naming;
import dev.mangrove.distribution.Via;
import dev.mangrove.http.Body;
import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpExchange;
import dev.mangrove.http.HttpHandler;
import dev.mangrove.http.RequestHead;
import dev.mangrove.http.Response;
import dev.mangrove.oci.InvalidNameException;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.OciErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Hands pushes of home names on to the first parent that can be reached, and everything that is not a push to the
 * handler behind it. The body streams through; the client's {@code Authorization} goes along, and only there: a parent
 * is configured, never taken from a request. Requests that belong to an upload follow it to the parent that opened it.
 */
public final class PushForwarding implements HttpHandler {
    private final List<Parent> parents;
    private final Naming naming;
    private final String node;
    private final Listener listener;
    private final HttpHandler next;

    /** Learns from how pushes went. */
    public interface Listener {
        /** The repository may have something new, or less than before. */
        void pushed(Location repository);

        /** The parent wants a login. */
        void challenged();
    }

    public PushForwarding(List<Parent> parents, Naming naming, String node, Listener listener, HttpHandler next) {
        this.parents = List.copyOf(parents);
        this.naming = naming;
        this.node = node;
        this.listener = listener;
        this.next = next;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Optional<PushTarget> push = PushTarget.of(exchange.request());
        if (push.isEmpty()) {
            next.handle(exchange);
            return;
        }
        Via via = Via.of(exchange.request().headers());
        Optional<Location> location = Optional.empty();
        try {
            location = naming.locate(push.get().name(), exchange.request().query("ns"));
        } catch (InvalidNameException e) {
            OciError.respond(exchange, OciErrorCode.NAME_INVALID, String.valueOf(e.getMessage()));
            return;
        }
        if (via.passed(node)) {
            OciError.respond(exchange, OciErrorCode.LOOP_DETECTED, "the push came back to a node it had passed");
        } else if (location.isEmpty() || location.get().registry().isPresent()) {
            OciError.respond(
                    exchange,
                    OciErrorCode.DENIED,
                    push.get().name() + " is a repository of another registry, and this node does not push to those;"
                            + " push to that registry itself, or use a name of the home catalog, without a host");
        } else if (parents.isEmpty()) {
            OciError.respond(
                    exchange,
                    OciErrorCode.UNSUPPORTED,
                    "this node has no home catalog to push to; set parents in its configuration");
        } else {
            forward(exchange, push.get(), location.get(), via);
        }
    }

    private void forward(HttpExchange exchange, PushTarget push, Location location, Via via) throws IOException {
        RequestHead request = exchange.request();
        UploadAddress address = UploadAddress.of(request.rawQuery());
        OptionalInt bound = address.parent(parents.size());
        int first = bound.orElse(0);
        int last = bound.isPresent() ? first : parents.size() - 1;
        ConsumedStream body = new ConsumedStream(exchange.body());
        for (int index = first; ; index++) {
            Parent parent = parents.get(index);
            CallResponse answer;
            try {
                answer = parent.http().call(call(request, parent, address.query(), body, via));
            } catch (IOException e) {
                if (index < last && !body.isTouched()) {
                    continue;
                }
                OciError.respond(
                        exchange,
                        OciErrorCode.UNAVAILABLE,
                        "the push cannot be handed on: the home catalog is not reached through "
                                + parent.url().origin() + "; try again when the link is back");
                return;
            }
            try (answer) {
                tell(push, location, answer.status());
                exchange.respond(relayed(request, answer, parent, index));
            }
            return;
        }
    }

    private void tell(PushTarget push, Location location, int status) {
        if (push.ends() && (status == 201 || status == 202)) {
            listener.pushed(location);
        } else if (status == 401) {
            listener.challenged();
        }
    }

    private CallRequest call(RequestHead request, Parent parent, String query, InputStream body, Via via) {
        URI target = URI.create(parent.url() + request.rawPath() + (query.isEmpty() ? "" : "?" + query));
        Headers headers =
                RelayedHeaders.ofRequest(request.headers()).and(via.next(node)).and(sender(request));
        return new CallRequest(request.method(), target, headers, body(request, body));
    }

    /** A catalog beside us must not take what others send for something of its own machine. */
    private static Headers sender(RequestHead request) {
        InetAddress remote = request.remote().getAddress();
        return remote.isLoopbackAddress() ? Headers.none() : Headers.of("X-Forwarded-For", remote.getHostAddress());
    }

    private static Body body(RequestHead request, InputStream body) {
        OptionalLong length = request.headers()
                .first("Content-Length")
                .map(text -> OptionalLong.of(Long.parseLong(text.strip())))
                .orElse(OptionalLong.empty());
        if (length.isPresent()) {
            return length.getAsLong() == 0 ? new Body.Empty() : new Body.Stream(body, length.getAsLong());
        }
        return request.headers().first("Transfer-Encoding").isPresent()
                ? new Body.Chunked(out -> body.transferTo(out))
                : new Body.Empty();
    }

    private static Response relayed(RequestHead request, CallResponse answer, Parent parent, int index)
            throws IOException {
        Headers headers = RelayedHeaders.ofAnswer(answer.headers(), request, parent, index);
        byte[] body = answer.body().readNBytes(RelayedHeaders.MAX_BODY_BYTES);
        boolean head = request.method().equals("HEAD") || body.length == 0;
        return new Response(answer.status(), headers, head ? new Body.Empty() : new Body.Bytes(body));
    }
}
