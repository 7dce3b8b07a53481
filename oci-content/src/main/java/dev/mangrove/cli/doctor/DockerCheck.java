package dev.mangrove.cli.doctor;

import com.fasterxml.jackson.core.JsonParser;
import dev.mangrove.cli.HostPort;
import dev.mangrove.oci.MalformedContentException;
import dev.mangrove.oci.StrictJson;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whether the docker of this machine can use what listens here. */
final class DockerCheck {
    private static final String WHAT = "docker";
    private static final int MAX_FILE_BYTES = 1024 * 1024;

    private final Path folder;

    /** @param folder {@code /etc/docker} */
    DockerCheck(Path folder) {
        this.folder = folder;
    }

    /** What docker's daemon was told. */
    private static final class Daemon {
        private final List<String> insecure = new ArrayList<>();
        private final List<String> mirrors = new ArrayList<>();

        void read(JsonParser json, String name) throws IOException {
            switch (name) {
                case "insecure-registries" -> list(json, name, insecure);
                case "registry-mirrors" -> list(json, name, mirrors);
                default -> json.skipChildren();
            }
        }

        private static void list(JsonParser json, String name, List<String> into) throws IOException {
            StrictJson.array(json, name, () -> into.add(StrictJson.string(json, name)));
        }
    }

    /**
     * Judges the daemon's settings.
     *
     * @param tls whether the address speaks TLS
     */
    Finding of(HostPort address, boolean tls) throws IOException {
        Daemon daemon;
        try {
            daemon = read();
        } catch (MalformedContentException e) {
            return Finding.warn(
                    WHAT,
                    folder.resolve("daemon.json") + " cannot be read: " + e.getMessage(),
                    "docker refuses it, too");
        }
        if (!tls && !isLoopback(address) && !daemon.insecure.contains(address.toString())) {
            return Finding.warn(
                    WHAT,
                    "would ask " + address + " for TLS, which it does not speak",
                    "in daemon.json: {\"insecure-registries\": [\"" + address + "\"]}, then systemctl reload docker");
        }
        if (tls && !Files.exists(folder.resolve("certs.d/" + address + "/ca.crt"))) {
            return Finding.warn(
                    WHAT,
                    "may not trust the certificate of " + address,
                    "unless a public CA signed it: copy the CA's certificate to " + folder + "/certs.d/" + address
                            + "/ca.crt");
        }
        String mirror = (tls ? "https://" : "http://") + address;
        boolean mirrored = daemon.mirrors.stream()
                .anyMatch(each -> each.replaceFirst("/+$", "").equals(mirror));
        return mirrored
                ? Finding.warn(
                        WHAT,
                        "asks " + address + " for Docker Hub's names without saying that they are the Hub's: they are"
                                + " home names here",
                        "take it out of registry-mirrors; pull " + address + "/docker.io/library/NAME")
                : new Finding(Finding.Grade.OK, WHAT, "can pull from " + address, "");
    }

    private Daemon read() throws IOException {
        Daemon daemon = new Daemon();
        Path file = folder.resolve("daemon.json");
        if (Files.exists(file) && Files.size(file) > 0 && Files.size(file) <= MAX_FILE_BYTES) {
            StrictJson.read(Files.readAllBytes(file), json -> {
                StrictJson.object(json, "daemon.json", daemon::read);
                return daemon;
            });
        }
        return daemon;
    }

    /** Docker asks this machine without TLS by itself; a wildcard is reached by way of it. */
    private static boolean isLoopback(HostPort address) {
        try {
            InetAddress bound = InetAddress.getByName(address.host());
            return bound.isLoopbackAddress() || bound.isAnyLocalAddress();
        } catch (IOException e) {
            return false;
        }
    }
}
