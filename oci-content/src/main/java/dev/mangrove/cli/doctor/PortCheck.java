package dev.mangrove.cli.doctor;

import dev.mangrove.cli.HostPort;
import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import dev.mangrove.http.Headers;
import dev.mangrove.http.HttpCaller;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Whether the place to listen at is free, or taken by the process that it is for. */
final class PortCheck {
    private static final int MAX_ANSWER_BYTES = 1_000;

    private PortCheck() {}

    /**
     * Looks at one address.
     *
     * @param owned whether a process has the store open: then it should be listening
     */
    static Finding of(String key, HostPort address, boolean owned, HttpCaller http) {
        String what = key + " " + address;
        if (isFree(address)) {
            return owned
                    ? Finding.fail(
                            what,
                            "nobody listens, though a process has the store open",
                            "it starts, stops or hangs: look at its log, and whether it has another listen.registry")
                    : Finding.ok(what, "free");
        }
        Optional<String> ready = ready(address, http);
        if (ready.isPresent() && ready.get().startsWith("not ready")) {
            return Finding.warn(what, ready.get(), "wait, or look at the log of the process");
        }
        if (ready.isPresent() || owned) {
            return Finding.ok(what, ready.isPresent() ? "served by Mangrove, ready" : "served");
        }
        return Finding.fail(
                what,
                "taken by another program",
                "ss -ltnp 'sport = :" + address.port() + "' names it; or choose another " + key);
    }

    private static boolean isFree(HostPort address) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address.host(), address.port()));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** What {@code /readyz} says; empty if it is not a Mangrove without TLS. */
    private static Optional<String> ready(HostPort address, HttpCaller http) {
        try {
            InetAddress bound = InetAddress.getByName(address.host());
            HostPort near = bound.isAnyLocalAddress() ? new HostPort("127.0.0.1", address.port()) : address;
            CallRequest request = CallRequest.of("GET", URI.create("http://" + near + "/readyz"), Headers.none());
            try (CallResponse answer = http.call(request)) {
                String text = new String(answer.body().readNBytes(MAX_ANSWER_BYTES), StandardCharsets.UTF_8).strip();
                return text.equals("ready") || text.startsWith("not ready") ? Optional.of(text) : Optional.empty();
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
