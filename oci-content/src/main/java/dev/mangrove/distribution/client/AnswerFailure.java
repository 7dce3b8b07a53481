package dev.mangrove.distribution.client;

import com.fasterxml.jackson.core.JsonToken;
import dev.mangrove.content.ContentException;
import dev.mangrove.http.CallResponse;
import dev.mangrove.http.Headers;
import dev.mangrove.oci.MalformedContentException;
import dev.mangrove.oci.StrictJson;
import java.time.Duration;
import java.util.Optional;

/** Turns an answer nobody can use into the failure it stands for, with what the registry said about it. */
final class AnswerFailure {
    private static final int MAX_ERROR_BYTES = 16 * 1024;
    private static final int MAX_SHOWN_CHARS = 300;
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(1);

    private AnswerFailure() {}

    /**
     * The failure; the answer stays open.
     *
     * @param what what was tried on what, for example {@code GET blob sha256:... of docker.io/library/alpine}
     */
    static ContentException of(CallResponse answer, String what) {
        int status = answer.status();
        String message = what + " failed: the registry answered " + status + said(answer);
        return switch (status) {
            case 401 ->
                new ContentException.Refused(
                        message + "; log in to that registry, or check the login configured", true);
            case 403 ->
                new ContentException.Refused(
                        message + "; the login configured for that registry does not allow it", false);
            case 413, 507 -> new ContentException.OverBudget(message, null);
            case 508 -> new ContentException.Loop(message + "; two of the registries configured send to each other");
            case 408, 425, 429 -> new ContentException.Unavailable(message, null, retryAfter(answer.headers()));
            case 500, 502 -> ContentException.Unavailable.answered(message, retryAfter(answer.headers()));
            default ->
                status >= 500
                        ? new ContentException.Unavailable(message, null, retryAfter(answer.headers()))
                        : status >= 400
                                ? new ContentException.Refused(message, false)
                                : new ContentException.Unavailable(message + ", which was not expected here", null);
        };
    }

    /** The wait a {@code Retry-After} header asks for, if it is given in seconds; at most an hour. */
    static Optional<Duration> retryAfter(Headers headers) {
        return headers.first("Retry-After")
                .map(String::strip)
                .filter(value -> value.matches("[0-9]{1,9}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                .map(wait -> wait.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : wait);
    }

    private static String said(CallResponse answer) {
        byte[] body = CappedBody.beginning(answer, MAX_ERROR_BYTES);
        return errorOf(body).map(text -> " (" + printable(text) + ")").orElse("");
    }

    private static Optional<String> errorOf(byte[] body) {
        StringBuilder found = new StringBuilder();
        try {
            StrictJson.read(body, json -> {
                StrictJson.object(json, "errors", (j, name) -> {
                    if (!name.equals("errors")) {
                        j.skipChildren();
                        return;
                    }
                    StrictJson.array(
                            j,
                            "errors",
                            () -> StrictJson.object(j, "error", (e, field) -> {
                                if ((field.equals("code") || field.equals("message"))
                                        && e.currentToken() == JsonToken.VALUE_STRING) {
                                    found.append(found.isEmpty() ? "" : ": ").append(e.getText());
                                } else {
                                    e.skipChildren();
                                }
                            }));
                });
                return found;
            });
        } catch (MalformedContentException e) {
            return Optional.empty(); // not an OCI error: the status has to do
        }
        return found.isEmpty() ? Optional.empty() : Optional.of(found.toString());
    }

    private static String printable(String text) {
        StringBuilder shown = new StringBuilder();
        text.chars().limit(MAX_SHOWN_CHARS).forEach(c -> shown.append(c < 0x20 || c == 0x7f ? ' ' : (char) c));
        return shown.toString();
    }
}
