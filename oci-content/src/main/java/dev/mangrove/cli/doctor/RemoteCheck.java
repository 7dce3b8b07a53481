package dev.mangrove.cli.doctor;

import dev.mangrove.content.ContentException;
import dev.mangrove.distribution.client.ClientSettings;
import dev.mangrove.distribution.client.Credentials;
import dev.mangrove.distribution.client.LoginCheck;
import dev.mangrove.distribution.client.RegistryConnection;
import dev.mangrove.distribution.client.RegistryUrl;
import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpCaller;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a registry is there and lets us in.
 *
 * @param role what it is to us, for example {@code parent}
 * @param needed whether nothing works without it
 */
record RemoteCheck(String role, RegistryUrl url, Credentials credentials, boolean needed) {
    List<Finding> run(HttpCaller http, ClientSettings settings) {
        List<Finding> findings = new ArrayList<>();
        InstantSource clock = settings.clock();
        Instant asked = clock.instant();
        CallRequest ping = CallRequest.of("GET", URI.create(url + "/v2/"), Headers.none());
        try (CallResponse answer = http.call(ping)) {
            ClockCheck.of(url.toString(), answer.headers().first("Date"), asked, clock.instant())
                    .ifPresent(findings::add);
            if (answer.status() == 404) {
                findings.addFirst(bad("answers, and is not a registry: it has no /v2/", "check the URL"));
                return findings;
            }
        } catch (IOException e) {
            return List.of(bad("cannot be reached: " + e.getMessage(), unreachable(e)));
        }
        findings.addFirst(login(http, settings));
        return findings;
    }

    private Finding login(HttpCaller http, ClientSettings settings) {
        try {
            boolean known = credentials.find(url.origin()).isPresent();
            LoginCheck.Verdict verdict =
                    LoginCheck.check(http, RegistryConnection.open(http, url, credentials, settings));
            return Finding.ok(
                    what(),
                    verdict == LoginCheck.Verdict.ACCEPTED
                            ? (known ? "reachable, the login is accepted" : "reachable, strangers may pull")
                            : "reachable, lets everybody in");
        } catch (ContentException.Refused e) {
            return bad(
                    "reachable, but it refuses us: " + e.getMessage(),
                    "set username and password-file of it, or mangrove login "
                            + url.origin().authority());
        } catch (IOException e) {
            return bad("answers, but fails: " + e.getMessage(), "look at its log");
        }
    }

    private String what() {
        return role + " " + url;
    }

    private Finding bad(String detail, String next) {
        return new Finding(needed ? Finding.Grade.FAIL : Finding.Grade.WARN, what(), detail, next);
    }

    private String unreachable(IOException why) {
        String message = String.valueOf(why.getMessage());
        if (message.contains("PKIX") || message.contains("certificate") || message.contains("certification")) {
            return "trust its CA: --ca-file FILE, or ca-file in the settings of that " + role;
        }
        if (message.contains("resolve") || message.contains("UnknownHost")) {
            return "check the name, and DNS: getent hosts " + url.base().getHost();
        }
        return "check that it runs and that no firewall is between: curl -v " + url + "/v2/";
    }
}
