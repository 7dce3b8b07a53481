package dev.mangrove.distribution.client;

import dev.mangrove.content.ContentException;
import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpCaller;
import java.io.IOException;
import java.util.List;

/** Tries a login at the place that every registry has for it, {@code /v2/}. */
public final class LoginCheck {
    private LoginCheck() {}

    /** What the registry thinks of a login. */
    public enum Verdict {
        /** It asked for a login and took this one. */
        ACCEPTED,
        /** It lets everybody in and looked at no login. */
        NOT_ASKED_FOR
    }

    /**
     * Asks without the login first, then with it.
     *
     * @param http sends requests without any login
     * @param user a connection with the login to try
     * @throws ContentException.Refused if the registry turns the login down
     */
    public static Verdict check(HttpCaller http, RegistryConnection user) throws IOException {
        CallRequest ping = CallRequest.of("GET", user.url().ping(), Headers.none());
        if (isStrangerLetIn(http, ping)) {
            return Verdict.NOT_ASKED_FOR;
        }
        try (CallResponse answer = user.caller().call(ping, List.of())) {
            if (answer.status() != 200) {
                throw AnswerFailure.of(answer, "logging in to " + user.url());
            }
        }
        return Verdict.ACCEPTED;
    }

    /** Not through a connection: that would get a token for strangers, which says nothing about the login. */
    private static boolean isStrangerLetIn(HttpCaller http, CallRequest ping) throws IOException {
        try (CallResponse answer = http.call(ping)) {
            return switch (answer.status()) {
                case 200 -> true;
                case 401, 403 -> false;
                case 404 ->
                    throw new ContentException.Unavailable(
                            WebOrigin.of(ping.uri()) + " is not a registry: it has no /v2/", null);
                default -> throw AnswerFailure.of(answer, "GET " + ping.uri());
            };
        }
    }
}
