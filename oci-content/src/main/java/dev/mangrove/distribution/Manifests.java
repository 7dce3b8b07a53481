package dev.mangrove.distribution;

import dev.mangrove.http.Body;
import dev.mangrove.http.Headers;
import dev.mangrove.http.Response;
import dev.mangrove.oci.InvalidNameException;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.OciErrorCode;
import dev.mangrove.oci.Pinned;
import dev.mangrove.oci.Reference;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.util.Optional;

/**
 * {@code /v2/NAME/manifests/TAG-OR-DIGEST}. The stored bytes go out as they are with the stored type, whatever {@code
 * Accept} says: clients send it in every form, and refusing a manifest that exists breaks them.
 */
final class Manifests implements Endpoint<Route.Manifest> {
    private final Registry registry;
    private final Optional<PushTarget> pushes;
    private final Optional<ManifestPushes> puts;

    Manifests(Registry registry, Optional<PushTarget> pushes, Optional<ManifestPushes> puts) {
        this.registry = registry;
        this.pushes = pushes;
        this.puts = puts;
    }

    @Override
    public void handle(Route.Manifest route, Call call) throws IOException {
        String[] known =
                pushes.isPresent() ? new String[] {"GET", "HEAD", "PUT", "DELETE"} : new String[] {"GET", "HEAD"};
        Methods.require(call, known);
        switch (call.head().method()) {
            case "PUT" ->
                puts.orElseThrow(() -> Methods.notAllowed(call, known)).handle(route, call);
            case "DELETE" -> delete(route, pushes.orElseThrow(() -> Methods.notAllowed(call, known)), call);
            default -> get(route, call);
        }
    }

    private void get(Route.Manifest route, Call call) throws IOException {
        Reference reference = reference(route);
        Resolved found =
                registry.resolve(call.location(), reference, call.caller()).orElseThrow(() -> unknown(route));
        ManifestContent manifest = found.manifest();
        if (call.isHead() && pushes.isPresent() && call.grant().allows(call.location(), Access.Action.PUSH)) {
            pushes.get().lease(call.location(), manifest.digest());
            // A sweep may have come between the look and the lease; whoever is told "here" does not push.
            if (registry.resolve(call.location(), new Pinned(manifest.digest()), call.caller())
                    .isEmpty()) {
                throw unknown(route);
            }
        }
        Headers headers = Conditions.validators(manifest.digest())
                .and(Call.warning(found.warning()))
                .with("Mangrove-Source", found.origin().wireName());
        if (reference instanceof Pinned) {
            headers = headers.with("Cache-Control", Conditions.FOREVER);
        }
        if (Conditions.notModified(call.head().headers(), manifest.digest())) {
            call.respond(Response.empty(304, headers));
            return;
        }
        call.respond(new Response(
                200, headers.with("Content-Type", manifest.mediaType().value()), new Body.Bytes(manifest.raw())));
    }

    private static void delete(Route.Manifest route, PushTarget target, Call call) throws IOException {
        boolean gone =
                switch (Reference.parse(route.reference())) {
                    case Tag tag -> target.deleteTag(call.location(), tag, call.caller());
                    case Pinned pinned -> target.deleteManifest(call.location(), pinned.digest(), call.caller());
                };
        if (!gone) {
            throw unknown(route);
        }
        call.respond(Response.empty(202, Headers.none()));
    }

    /** What cannot be a tag is a manifest that is not there; only what cannot be a digest is the client's mistake. */
    private static Reference reference(Route.Manifest route) throws ProtocolException {
        try {
            return Reference.parse(route.reference());
        } catch (InvalidNameException e) {
            if (e.kind().equals("tag")) {
                throw unknown(route);
            }
            throw e;
        }
    }

    private static ProtocolException unknown(Route.Manifest route) {
        return ProtocolException.of(
                OciErrorCode.MANIFEST_UNKNOWN,
                "no manifest " + Shown.of(route.reference()) + " in " + Shown.of(route.name()));
    }
}
