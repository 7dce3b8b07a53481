package dev.mangrove.proxy.push;

import dev.mangrove.distribution.Via;
import dev.mangrove.http.Body;
import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpExchange;
import dev.mangrove.http.HttpHandler;
import dev.mangrove.http.RequestHead;
import dev.mangrove.http.Response;
import java.io.IOException;
import java.net.URI;
import java.util.List;

/**
 * {@code /token}: who logs in gets a token of the home catalog, through the first parent that answers. Who does not gets a
 * word that means nothing, because reading here needs no token and some clients cannot go on without one; so pulling works
 * while every parent is away.
 */
public final class TokenForwarding implements HttpHandler {
    private static final int MAX_FORM_BYTES = 64 * 1024;
    private static final String NO_TOKEN =
            "{\"token\":\"anonymous\",\"access_token\":\"anonymous\",\"expires_in\":300}";

    private final List<Parent> parents;
    private final String node;
    private final HttpHandler next;

    public TokenForwarding(List<Parent> parents, String node, HttpHandler next) {
        this.parents = List.copyOf(parents);
        this.node = node;
        this.next = next;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        RequestHead request = exchange.request();
        if (!request.rawPath().equals(RelayedHeaders.TOKEN_PATH)) {
            next.handle(exchange);
            return;
        }
        boolean post = request.method().equals("POST");
        boolean loggingIn = post || request.headers().first("Authorization").isPresent();
        if (!loggingIn || Via.of(request.headers()).passed(node) || !forward(exchange, post)) {
            exchange.respond(Response.text(200, "application/json", NO_TOKEN));
        }
    }

    private boolean forward(HttpExchange exchange, boolean post) throws IOException {
        RequestHead request = exchange.request();
        Body form = post ? new Body.Bytes(exchange.body().readNBytes(MAX_FORM_BYTES)) : new Body.Empty();
        String query = request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
        for (Parent parent : parents) {
            URI target = URI.create(parent.url() + RelayedHeaders.TOKEN_PATH + query);
            Headers headers = RelayedHeaders.ofRequest(request.headers())
                    .and(Via.of(request.headers()).next(node));
            CallResponse answer;
            try {
                answer = parent.http().call(new CallRequest(request.method(), target, headers, form));
            } catch (IOException e) {
                continue; // the next one
            }
            try (answer) {
                byte[] body = answer.body().readNBytes(RelayedHeaders.MAX_BODY_BYTES);
                Headers back = RelayedHeaders.ofAnswer(answer.headers(), request, parent, 0);
                exchange.respond(new Response(answer.status(), back, new Body.Bytes(body)));
            }
            return true;
        }
        return false;
    }
}
