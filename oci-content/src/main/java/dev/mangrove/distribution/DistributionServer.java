package dev.mangrove.distribution;

import dev.mangrove.content.ContentException;
import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpExchange;
import dev.mangrove.http.HttpHandler;
import dev.mangrove.http.Response;
import dev.mangrove.oci.OciErrorCode;
import java.io.IOException;
import java.util.Optional;

/**
 * The OCI distribution protocol (specification 1.1 and what main has since), spoken over what a role offers. Catalog,
 * region and agent differ in the {@link Registry}, {@link Access} and {@link Naming} they bring; only the catalog has a
 * {@link PushTarget}. Stateless and safe for any number of threads.
 */
public final class DistributionServer implements HttpHandler {
    private static final System.Logger LOG = System.getLogger(DistributionServer.class.getName());

    private final Access access;
    private final String nodeId;
    private final Repositories repositories;
    private final Listings listings;

    /**
     * @param pushes where pushes and deletes go; empty: they are answered with 405
     * @param nodeId a token that names this process among all that a request may pass
     */
    public DistributionServer(
            Registry registry, Optional<PushTarget> pushes, Access access, Naming naming, String nodeId) {
        this.access = access;
        this.nodeId = nodeId;
        this.listings = new Listings(registry);
        this.repositories = new Repositories(registry, pushes, naming, listings);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Call call = new Call(exchange, access);
        Via via = Via.of(exchange.request().headers());
        try {
            refuseLoops(via);
            ScopedValue.where(Via.CURRENT, via).call(() -> dispatch(call));
        } catch (IOException | RuntimeException e) {
            answer(call, e);
        }
    }

    private void refuseLoops(Via via) throws ContentException.Loop {
        if (via.passed(nodeId)) {
            throw new ContentException.Loop(
                    "the request has passed this node before; check which registries the nodes have as parents");
        }
    }

    private Optional<Void> dispatch(Call call) throws IOException {
        Route route = Route.parse(call.head().rawPath())
                .orElseThrow(() -> ProtocolException.of(OciErrorCode.UNSUPPORTED, "there is no such endpoint")
                        .withStatus(404));
        switch (route) {
            case Route.Ping _ -> ping(call);
            case Route.Catalog _ -> listings.repositories(call);
            case Route.OfRepository inside -> repositories.handle(inside, call);
        }
        return Optional.empty();
    }

    private static void ping(Call call) throws IOException {
        Methods.require(call, "GET", "HEAD");
        if (call.needsLogin()) {
            throw ProtocolException.of(OciErrorCode.UNAUTHORIZED, "log in first");
        }
        call.grant();
        call.respond(Json.answer(200, Headers.none(), _ -> {}));
    }

    private static void answer(Call call, Exception failure) throws IOException {
        ProtocolException known = Failures.of(failure);
        if (known.code() == OciErrorCode.UNKNOWN) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "request failed: " + call.head().method(),
                    failure);
        }
        if (call.responded()) {
            // Part of an answer is out: closing the connection is the only way left to say that it is not whole.
            throw failure instanceof IOException broken ? broken : new IOException(failure);
        }
        call.respond(error(call, known));
    }

    private static Response error(Call call, ProtocolException known) {
        Headers headers = known.status() == 401 ? known.headers().and(call.challenge()) : known.headers();
        return Json.error(known.status(), headers, known.code(), known.reason());
    }
}
