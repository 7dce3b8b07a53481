package dev.mangrove.catalog.access;

import dev.mangrove.content.Caller;
import dev.mangrove.distribution.Access;
import dev.mangrove.distribution.Json;
import dev.mangrove.distribution.TooManyRequestsException;
import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpExchange;
import dev.mangrove.http.HttpHandler;
import dev.mangrove.http.RequestHead;
import dev.mangrove.http.Response;
import dev.mangrove.oci.InvalidNameException;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.OciErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code /token}: GET with basic login or none (docker's token specification), and POST of a form with a password (OAuth 2,
 * as containerd asks first). Grants what was asked for as far as the rules allow; a wrong login is a 401, never an
 * anonymous token.
 */
public final class TokenEndpoint implements HttpHandler {
    private static final int MAX_FORM_BYTES = 64 * 1024;
    private static final Headers NOT_KEPT = Headers.of("Cache-Control", "no-store");
    private final Rules rules;
    private final Logins logins;
    private final Tokens tokens;

    public TokenEndpoint(Rules rules, Logins logins, Tokens tokens) {
        this.rules = rules;
        this.logins = logins;
        this.tokens = tokens;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        exchange.respond(answer(exchange));
    }

    private Response answer(HttpExchange exchange) throws IOException {
        try {
            return switch (exchange.request().method()) {
                case "GET" -> get(exchange.request());
                case "POST" -> post(exchange);
                default -> with(refused(405, OciErrorCode.UNSUPPORTED, "ask with GET or POST"), "Allow", "GET, POST");
            };
        } catch (TooManyRequestsException e) {
            String seconds = Long.toString(Math.max(1, e.retryAfter().toSeconds()));
            return with(
                    refused(429, OciErrorCode.TOOMANYREQUESTS, String.valueOf(e.getMessage())), "Retry-After", seconds);
        }
    }

    private Response get(RequestHead request) throws IOException {
        Optional<String> header = request.headers().first("Authorization");
        if (header.isEmpty()) {
            return granted(Optional.empty(), request.queryAll("scope"));
        }
        Optional<BasicCredentials> given = BasicCredentials.parse(header.get());
        return given.isPresent()
                ? login(request.remote().getAddress(), given.get(), request.queryAll("scope"))
                : wrongLogin();
    }

    private Response post(HttpExchange exchange) throws IOException {
        byte[] body = exchange.body().readNBytes(MAX_FORM_BYTES + 1);
        if (body.length > MAX_FORM_BYTES) {
            return refused(413, OciErrorCode.DENIED, "the form is too large");
        }
        RequestHead head = exchange.request();
        RequestHead form = new RequestHead(
                head.method(),
                head.rawPath(),
                new String(body, StandardCharsets.UTF_8).strip(),
                head.headers(),
                head.secure(),
                head.remote());
        String grantType = form.query("grant_type").orElse("");
        if (!grantType.equals("password")) {
            // Clients with a refresh token of elsewhere fall back to GET after a 400.
            return refused(400, OciErrorCode.UNSUPPORTED, "grant_type must be password");
        }
        BasicCredentials given = new BasicCredentials(
                form.query("username").orElse(""), form.query("password").orElse(""));
        return login(head.remote().getAddress(), given, form.queryAll("scope"));
    }

    private Response login(InetAddress from, BasicCredentials given, List<String> scopes) throws IOException {
        return logins.accept(from, given.user(), given.password())
                ? granted(Optional.of(given.user()), scopes)
                : wrongLogin();
    }

    private Response granted(Optional<String> user, List<String> asked) {
        Caller caller = user.<Caller>map(Caller.User::new).orElse(Caller.ANONYMOUS);
        List<Scope> scopes = Scope.parseAll(asked).stream()
                .map(scope -> new Scope(scope.name(), allowed(caller, scope)))
                .filter(scope -> !scope.actions().isEmpty())
                .toList();
        Token token = tokens.grant(user, scopes);
        String text = tokens.write(token);
        return Json.answer(200, NOT_KEPT, json -> {
            json.writeStringField("token", text);
            json.writeStringField("access_token", text);
            json.writeNumberField("expires_in", Tokens.LIFETIME.toSeconds());
            json.writeStringField("issued_at", token.issuedAt().toString());
        });
    }

    private Set<Access.Action> allowed(Caller caller, Scope scope) {
        EnumSet<Access.Action> allowed = EnumSet.noneOf(Access.Action.class);
        try {
            Location repository = Location.parse(scope.name());
            scope.actions().stream()
                    .filter(action -> rules.allow(caller, repository, action))
                    .forEach(allowed::add);
        } catch (InvalidNameException e) {
            // a name that cannot exist: nothing is allowed there
        }
        return allowed;
    }

    private static Response wrongLogin() {
        return refused(401, OciErrorCode.UNAUTHORIZED, "unknown user, or wrong password");
    }

    private static Response refused(int status, OciErrorCode code, String message) {
        return Json.error(status, NOT_KEPT, code, message);
    }

    private static Response with(Response response, String header, String value) {
        return new Response(response.status(), response.headers().with(header, value), response.body());
    }
}
