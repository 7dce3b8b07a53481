package dev.mangrove.cli;

import dev.mangrove.distribution.client.ClientSettings;
import dev.mangrove.distribution.client.CredentialHelper;
import dev.mangrove.distribution.client.Credentials;
import dev.mangrove.distribution.client.DockerConfig;
import dev.mangrove.distribution.client.RegistryConnection;
import dev.mangrove.distribution.client.RegistryUrl;
import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import dev.mangrove.http.CallerOptions;
import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpCaller;
import dev.mangrove.http.NettyHttpCaller;
import dev.mangrove.http.Transport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A registry that a command talks to, and what it needs for that; close it at the end of the command. */
public final class Remote implements AutoCloseable {
    private static final String NODE = "mangrove-cli";
    private static final Duration HELPER_LIMIT = Duration.ofSeconds(30);

    private final Transport transport;
    private final NettyHttpCaller http;
    private final RegistryUrl url;

    private Remote(Transport transport, NettyHttpCaller http, RegistryUrl url) {
        this.transport = transport;
        this.http = http;
        this.url = url;
    }

    static Remote open(String host, Optional<String> scheme, CallerOptions options) {
        Transport transport = Transport.open(1);
        NettyHttpCaller http = new NettyHttpCaller(transport, options);
        String found = scheme.orElseGet(() -> isThisMachine(host) && speaksPlainHttp(host, http) ? "http" : "https");
        return new Remote(transport, http, RegistryUrl.parse(found + "://" + host));
    }

    /** Where it is. */
    public RegistryUrl url() {
        return url;
    }

    /** Sends requests without any login. */
    public HttpCaller http() {
        return http;
    }

    /** The registry, with the logins of docker's configuration. */
    public RegistryConnection registry() {
        return registry(logins());
    }

    /** The logins that docker of this user has. */
    public static Credentials logins() {
        return new DockerConfig(loginFile(), credentialHelper());
    }

    /** Where docker of this user has its logins. */
    static Path loginFile() {
        return DockerConfig.usualFile(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    static CredentialHelper credentialHelper() {
        return new CredentialHelper(HELPER_LIMIT);
    }

    /** The registry, with these logins. */
    public RegistryConnection registry(Credentials credentials) {
        return RegistryConnection.open(http, url, credentials, ClientSettings.of(NODE));
    }

    private static boolean isThisMachine(String host) {
        return host.startsWith("127.") || host.startsWith("localhost") || host.startsWith("[::1]");
    }

    /** Asks without any login, so that nothing is lost if it is somebody else. */
    private static boolean speaksPlainHttp(String host, HttpCaller http) {
        CallRequest ping = CallRequest.of("GET", URI.create("http://" + host + "/v2/"), Headers.none());
        try (CallResponse answer = http.call(ping)) {
            return answer.status() == 200 || answer.status() == 401;
        } catch (IOException e) {
            return false; // the real request tells why
        }
    }

    @Override
    public void close() {
        http.close();
        transport.close();
    }
}
