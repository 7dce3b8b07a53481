package dev.mangrove.distribution.client;

import dev.mangrove.content.ContentException;
import dev.mangrove.http.Body;
import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import dev.mangrove.http.Headers;
import dev.mangrove.oci.Location;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Uploads one blob (distribution specification, "Pushing blobs"): a small one in a single POST, a large one in chunks,
 * each of which may break off and go on at the byte the registry has.
 */
final class BlobUploads {
    private static final int SINGLE_SHOT_BYTES = 256 * 1024;

    /** Large enough to hide a round trip, small enough that a token outlives it. */
    private static final long CHUNK_BYTES = 64L << 20;

    private static final int MAX_FAILURES_IN_A_ROW = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-([0-9]{1,18})");

    private final RegistryConnection registry;
    private final Pause pause;

    BlobUploads(RegistryConnection registry, Pause pause) {
        this.registry = registry;
        this.pause = pause;
    }

    /** What one answer led to. */
    private sealed interface Step {
        record Done(PushOutcome outcome) implements Step {}

        record At(URI session, long offset) implements Step {}
    }

    PushOutcome upload(Location repository, UploadSource blob, Optional<Location> from, UploadProgress progress)
            throws IOException {
        Step step = start(repository, blob, from);
        int failures = 0;
        while (true) {
            switch (step) {
                case Step.Done(PushOutcome outcome) -> {
                    progress.sent(blob.sizeBytes(), blob.sizeBytes());
                    return outcome;
                }
                case Step.At(URI session, long offset) -> {
                    try {
                        step = send(repository, blob, session, offset, progress);
                        failures = 0;
                    } catch (IOException e) {
                        failures++;
                        if (failures >= MAX_FAILURES_IN_A_ROW || (e instanceof ContentException c && !c.retryable())) {
                            throw e;
                        }
                        pause.pause(FIRST_PAUSE.multipliedBy(1L << failures));
                        Step.At where = whereToGoOn(repository, session, new Step.At(session, offset), e);
                        failures = where.offset() > offset ? 0 : failures;
                        step = where;
                    }
                }
            }
        }
    }

    private Step start(Location repository, UploadSource blob, Optional<Location> from) throws IOException {
        if (from.isPresent()) {
            String query = "?mount=" + encoded(blob.digest().toString()) + "&from="
                    + encoded(from.get().toString());
            List<Scope> scopes = List.of(Scope.push(repository), Scope.pull(from.get()));
            return started(post(repository, query, new Body.Empty(), scopes), PushOutcome.MOUNTED, repository);
        }
        List<Scope> scopes = List.of(Scope.push(repository));
        if (blob.sizeBytes() <= SINGLE_SHOT_BYTES) {
            byte[] bytes;
            try (InputStream in = blob.openAt(0)) {
                bytes = in.readNBytes(SINGLE_SHOT_BYTES + 1);
            }
            String query = "?digest=" + encoded(blob.digest().toString());
            return started(post(repository, query, new Body.Bytes(bytes), scopes), PushOutcome.UPLOADED, repository);
        }
        return started(post(repository, "", new Body.Empty(), scopes), PushOutcome.UPLOADED, repository);
    }

    private CallResponse post(Location repository, String query, Body body, List<Scope> scopes) throws IOException {
        Headers headers =
                body instanceof Body.Bytes ? Headers.of("Content-Type", "application/octet-stream") : Headers.none();
        return registry.caller()
                .call(new CallRequest("POST", registry.url().uploads(repository, query), headers, body), scopes);
    }

    /** A registry that cannot mount, or cannot take it in one go, opens a session instead. */
    private Step started(CallResponse opened, PushOutcome inOneGo, Location repository) throws IOException {
        try (CallResponse answer = opened) {
            return switch (answer.status()) {
                case 201 -> new Step.Done(inOneGo);
                case 202 -> new Step.At(session(answer, registry.url().uploads(repository, "")), 0);
                default -> throw AnswerFailure.of(answer, "starting an upload to " + repository);
            };
        }
    }

    private Step send(Location repository, UploadSource blob, URI session, long offset, UploadProgress progress)
            throws IOException {
        long left = blob.sizeBytes() - offset;
        boolean last = left <= CHUNK_BYTES;
        long length = Math.min(left, CHUNK_BYTES);
        URI target = last ? withDigest(session, blob) : session;
        Headers headers = Headers.of("Content-Type", "application/octet-stream");
        if (length > 0) {
            headers = headers.with("Content-Range", offset + "-" + (offset + length - 1));
        }
        try (InputStream from = blob.openAt(offset);
                InputStream counted = new CountedStream(from, offset, blob.sizeBytes(), progress)) {
            Body body = length == 0 ? new Body.Empty() : new Body.Stream(counted, length);
            CallRequest request = new CallRequest(last ? "PUT" : "PATCH", target, headers, body);
            try (CallResponse answer = registry.caller().call(request, List.of(Scope.push(repository)))) {
                if (last && answer.status() == 201) {
                    return new Step.Done(PushOutcome.UPLOADED);
                }
                if (!last && (answer.status() == 202 || answer.status() == 204)) {
                    return new Step.At(
                            session(answer, session), received(answer).orElse(offset + length));
                }
                String what = "uploading " + blob.digest() + " to " + repository;
                if (answer.status() == 401 || answer.status() == 416) {
                    // a token that ran out while bytes moved, or a registry that has another offset: ask it and go on
                    throw new ContentException.Unavailable(what + " broke off with " + answer.status(), null);
                }
                throw AnswerFailure.of(answer, what);
            }
        }
    }

    private Step.At whereToGoOn(Location repository, URI session, Step.At before, IOException why) throws IOException {
        CallRequest request = CallRequest.of("GET", session, Headers.none());
        try (CallResponse answer = registry.caller().call(request, List.of(Scope.push(repository)))) {
            if (answer.status() == 404) {
                throw new ContentException.Unavailable(
                        "the registry has dropped the upload to " + repository + "; start it again", why);
            }
            if (answer.status() != 204 && answer.status() != 200) {
                return before;
            }
            return new Step.At(session(answer, session), received(answer).orElse(before.offset()));
        } catch (ContentException.Unavailable e) {
            if (e.getCause() == why) {
                throw e;
            }
            return before; // still away: the next attempt tells
        }
    }

    /** {@code Range: 0-LAST}; by an old convention {@code 0-0} also says that nothing came yet, so it counts as nothing. */
    private static OptionalLong received(CallResponse answer) {
        Matcher range = RANGE.matcher(answer.headers().first("Range").orElse("").strip());
        if (!range.matches()) {
            return OptionalLong.empty();
        }
        long last = Long.parseLong(range.group(1));
        return OptionalLong.of(last == 0 ? 0 : last + 1);
    }

    private URI session(CallResponse answer, URI base) throws IOException {
        Optional<String> location = answer.headers().first("Location");
        try {
            URI session = location.map(base::resolve).orElse(base);
            WebOrigin own = registry.url().origin();
            WebOrigin to = WebOrigin.of(session);
            if (!to.host().equals(own.host())) {
                throw new ContentException.Refused(
                        registry.url() + " sends the upload to another host, " + to + "; not followed", false);
            }
            if (own.scheme().equals("https") && !to.scheme().equals("https")) {
                throw new ContentException.Refused(
                        registry.url() + " sends the upload to " + to + ", which is without TLS; not followed."
                                + " A proxy before the registry has to tell it that it speaks TLS (X-Forwarded-Proto)",
                        false);
            }
            return session;
        } catch (IllegalArgumentException e) {
            throw new ContentException.Unavailable(registry.url() + " gave no usable address to upload to", e);
        }
    }

    private static URI withDigest(URI session, UploadSource blob) {
        String query = "digest=" + encoded(blob.digest().toString());
        return URI.create(session + (session.getRawQuery() == null ? "?" : "&") + query);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
