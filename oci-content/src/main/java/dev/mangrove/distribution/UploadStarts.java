package dev.mangrove.distribution;

import dev.mangrove.content.ContentException;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.InvalidNameException;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.util.Optional;

/** {@code POST /v2/NAME/blobs/uploads/}: a session, a whole blob in one go, or a mount from another repository. */
final class UploadStarts implements Endpoint<Route.NewUpload> {
    private final PushTarget target;
    private final Naming naming;

    UploadStarts(PushTarget target, Naming naming) {
        this.target = target;
        this.naming = naming;
    }

    @Override
    public void handle(Route.NewUpload route, Call call) throws IOException {
        Methods.require(call, "POST");
        call.head().query("digest-algorithm").ifPresent(UploadStarts::requireKnown);
        Optional<Digest> mount = call.head().query("mount").map(Digest::parse);
        if (mount.isPresent() && mounted(mount.get(), call)) {
            call.respond(UploadAnswers.created(route.name(), mount.get()));
            return;
        }
        Optional<Digest> whole = call.head().query("digest").map(Digest::parse);
        String id = target.openUpload(call.location(), call.caller());
        if (whole.isPresent()) {
            single(route, id, whole.get(), call);
        } else {
            call.respond(UploadAnswers.session(202, route.name(), id, 0));
        }
    }

    /** A mount that cannot be is no error: the client is given a session and uploads. */
    private boolean mounted(Digest blob, Call call) throws IOException {
        Optional<String> named = call.head().query("from").filter(from -> !from.isEmpty());
        Optional<Location> from = named.flatMap(this::source);
        if (named.isPresent() && from.isEmpty()) {
            return false;
        }
        if (from.isPresent() && !call.grant().allows(from.get(), Access.Action.PULL)) {
            return false;
        }
        return target.mount(call.location(), blob, from, call.grant());
    }

    private Optional<Location> source(String from) {
        try {
            return naming.locate(from, Optional.empty());
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
    }

    private void single(Route.NewUpload route, String id, Digest digest, Call call) throws IOException {
        boolean done = false;
        try {
            target.append(call.location(), id, Optional.empty(), call.body());
            done = target.finish(call.location(), id, digest, call.caller());
        } catch (ContentException.Corrupt e) {
            throw UploadAnswers.wrongDigest(String.valueOf(e.getMessage()));
        } finally {
            if (!done) {
                target.cancel(call.location(), id);
            }
        }
        if (!done) {
            throw UploadAnswers.unknown();
        }
        call.respond(UploadAnswers.created(route.name(), digest));
    }

    private static void requireKnown(String algorithm) {
        if (Algorithm.ofWireName(algorithm).isEmpty()) {
            throw new InvalidNameException("digest", algorithm, "the algorithm is not sha256 or sha512");
        }
    }
}
