package dev.mangrove.distribution.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.mangrove.content.ContentException;
import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpExchange;
import dev.mangrove.http.Response;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LoginCheckTest {
    private static final Login.Password RIGHT = new Login.Password("ada", "right");
    private static final Login.Password WRONG = new Login.Password("ada", "wrong");

    private final ClientFixture fixture = new ClientFixture();
    private FakeUpstream upstream;

    @BeforeEach
    void start() throws IOException {
        upstream = fixture.upstream();
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    private LoginCheck.Verdict check(Login login) throws IOException {
        Credentials bound = Credentials.only(upstream.url().origin(), login);
        return LoginCheck.check(fixture.http(), fixture.connection(upstream, bound));
    }

    private static Optional<String> sent(HttpExchange exchange) {
        return exchange.request().headers().first("Authorization");
    }

    private void answer(HttpExchange exchange, boolean accepted, String challenge) throws IOException {
        exchange.respond(
                accepted
                        ? Response.text(200, "application/json", "{\"token\":\"good\"}")
                        : Response.empty(401, Headers.of("WWW-Authenticate", challenge)));
    }

    private void demandBasic() {
        upstream.fault((exchange, registry) -> {
            answer(exchange, sent(exchange).equals(Optional.of(RIGHT.basic())), "Basic realm=\"fake\"");
            return true;
        });
    }

    /** Gives strangers a token, too, as Docker Hub does. */
    private void demandTokens() {
        String realm = upstream.url() + "/token";
        upstream.fault((exchange, registry) -> {
            boolean accepted = exchange.request().rawPath().equals("/token")
                    ? sent(exchange).isEmpty() || sent(exchange).equals(Optional.of(RIGHT.basic()))
                    : sent(exchange).equals(Optional.of("Bearer good"));
            answer(exchange, accepted, "Bearer realm=\"" + realm + "\",service=\"fake\"");
            return true;
        });
    }

    @Test
    void aRightPasswordIsAcceptedAndAWrongOneRefused() throws IOException {
        demandBasic();
        assertEquals(LoginCheck.Verdict.ACCEPTED, check(RIGHT));
        assertThrows(ContentException.Refused.class, () -> check(WRONG));
    }

    @Test
    void tokensForStrangersDoNotMakeAWrongPasswordRight() throws IOException {
        demandTokens();
        assertEquals(LoginCheck.Verdict.ACCEPTED, check(RIGHT));
        assertThrows(ContentException.Refused.class, () -> check(WRONG));
    }

    @Test
    void aRegistryThatLetsEverybodyInIsSaidToHaveLookedAtNoLogin() throws IOException {
        assertEquals(LoginCheck.Verdict.NOT_ASKED_FOR, check(WRONG));
    }

    @Test
    void aServerThatIsNoRegistryIsToldFromOneThatRefuses() {
        upstream.fault((exchange, registry) -> {
            exchange.respond(Response.empty(404, Headers.none()));
            return true;
        });
        assertThrows(ContentException.Unavailable.class, () -> check(RIGHT));
    }
}
