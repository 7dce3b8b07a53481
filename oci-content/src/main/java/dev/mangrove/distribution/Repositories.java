package dev.mangrove.distribution;

import dev.mangrove.oci.Location;
import dev.mangrove.oci.OciErrorCode;
import java.io.IOException;
import java.util.Optional;

/** Sends what concerns one repository to the endpoint for it, once the caller may do it there. */
final class Repositories {
    private final Naming naming;
    private final Endpoint<Route.Manifest> manifests;
    private final Endpoint<Route.Blob> blobs;
    private final Endpoint<Route.NewUpload> newUploads;
    private final Endpoint<Route.Upload> uploads;
    private final Listings listings;

    Repositories(Registry registry, Optional<PushTarget> pushes, Naming naming, Listings listings) {
        this.naming = naming;
        this.listings = listings;
        Optional<ManifestPushes> manifestPushes = pushes.map(ManifestPushes::new);
        Optional<UploadStarts> starts = pushes.map(target -> new UploadStarts(target, naming));
        Optional<UploadSessions> sessions = pushes.map(UploadSessions::new);
        this.manifests = new Manifests(registry, pushes, manifestPushes);
        this.blobs = new Blobs(registry, pushes);
        this.newUploads = (route, call) -> pushed(starts, call).handle(route, call);
        this.uploads = (route, call) -> pushed(sessions, call).handle(route, call);
    }

    void handle(Route.OfRepository route, Call call) throws IOException {
        Location repository = naming.locate(route.name(), call.head().query("ns"))
                .orElseThrow(() -> ProtocolException.of(
                        OciErrorCode.NAME_UNKNOWN, "this registry does not hold repositories of another registry"));
        call.enter(repository, action(route, call.head().method()));
        switch (route) {
            case Route.Manifest manifest -> manifests.handle(manifest, call);
            case Route.Blob blob -> blobs.handle(blob, call);
            case Route.NewUpload start -> newUploads.handle(start, call);
            case Route.Upload session -> uploads.handle(session, call);
            case Route.Tags tags -> listings.tags(tags, call);
            case Route.Referrers referrers -> listings.referrers(referrers, call);
        }
    }

    private static Access.Action action(Route.OfRepository route, String method) {
        return switch (route) {
            case Route.NewUpload _, Route.Upload _ -> Access.Action.PUSH;
            case Route.Manifest _, Route.Blob _, Route.Tags _, Route.Referrers _ ->
                switch (method) {
                    case "DELETE" -> Access.Action.DELETE;
                    case "GET", "HEAD" -> Access.Action.PULL;
                    default -> Access.Action.PUSH;
                };
        };
    }

    private static <T> T pushed(Optional<T> endpoint, Call call) throws ProtocolException {
        return endpoint.orElseThrow(() -> Methods.notAllowed(call, "GET", "HEAD"));
    }
}
