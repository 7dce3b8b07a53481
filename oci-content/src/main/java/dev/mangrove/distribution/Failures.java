package dev.mangrove.distribution;

import dev.mangrove.content.ContentException;
import dev.mangrove.http.Headers;
import dev.mangrove.oci.InvalidNameException;
import dev.mangrove.oci.MalformedContentException;
import dev.mangrove.oci.OciErrorCode;
import java.time.Duration;
import java.util.Optional;

/** The one place that turns failures into codes, statuses and messages of the protocol. */
final class Failures {
    private static final Duration DEFAULT_RETRY = Duration.ofSeconds(5);
    private static final int BAD_GATEWAY = 502;

    private Failures() {}

    /** The protocol's view of a failure; what is not known to be fit for clients becomes a 500 without detail. */
    static ProtocolException of(Exception failure) {
        return switch (failure) {
            case ProtocolException known -> known;
            case ContentException content -> ofContent(content);
            case InvalidNameException name -> ofName(name);
            case TooManyRequestsException tooMany ->
                ProtocolException.of(OciErrorCode.TOOMANYREQUESTS, text(tooMany))
                        .with(retryAfter(Optional.of(tooMany.retryAfter())));
            case MalformedContentException malformed ->
                ProtocolException.of(OciErrorCode.MANIFEST_INVALID, text(malformed));
            default ->
                ProtocolException.of(
                        OciErrorCode.UNKNOWN, "the server failed to answer; its log says why. Try again later");
        };
    }

    private static ProtocolException ofContent(ContentException failure) {
        return switch (failure) {
            case ContentException.Corrupt corrupt ->
                ProtocolException.of(OciErrorCode.UNAVAILABLE, text(corrupt)).withStatus(BAD_GATEWAY);
            case ContentException.Unavailable unavailable ->
                ProtocolException.of(OciErrorCode.UNAVAILABLE, text(unavailable))
                        .with(retryAfter(unavailable.retryAfter()));
            case ContentException.Refused refused ->
                ProtocolException.of(
                        refused.loginHelps() ? OciErrorCode.UNAUTHORIZED : OciErrorCode.DENIED, text(refused));
            case ContentException.OverBudget full ->
                ProtocolException.of(OciErrorCode.INSUFFICIENT_STORAGE, text(full));
            case ContentException.Loop loop -> ProtocolException.of(OciErrorCode.LOOP_DETECTED, text(loop));
        };
    }

    private static ProtocolException ofName(InvalidNameException failure) {
        OciErrorCode code =
                switch (failure.kind()) {
                    case "digest" -> OciErrorCode.DIGEST_INVALID;
                    case "tag" -> OciErrorCode.TAG_INVALID;
                    case "media type" -> OciErrorCode.MANIFEST_INVALID;
                    default -> OciErrorCode.NAME_INVALID;
                };
        return ProtocolException.of(code, text(failure));
    }

    /** Whole seconds, at least one: some clients read nothing else. */
    private static Headers retryAfter(Optional<Duration> wait) {
        long seconds = Math.max(1, wait.orElse(DEFAULT_RETRY).toSeconds());
        return Headers.of("Retry-After", Long.toString(seconds));
    }

    private static String text(Exception failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
