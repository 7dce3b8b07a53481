package dev.mangrove.cli.doctor;

import dev.mangrove.cli.Config;
import dev.mangrove.distribution.client.Credentials;
import dev.mangrove.distribution.client.Login;
import dev.mangrove.distribution.client.RegistryUrl;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A registry that the settings of a region or agent name, and the authorities to trust there.
 *
 * @param authorities PEM files
 */
record RemotePlan(RemoteCheck check, List<Path> authorities) {
    private static final int MAX_PASSWORD_BYTES = 16 * 1024;

    RemotePlan {
        authorities = List.copyOf(authorities);
    }

    /** Parents first; one that has no stand-in is needed. */
    static List<RemotePlan> of(Config config) {
        List<RemotePlan> plans = new ArrayList<>();
        List<Config> parents = config.items("parents");
        for (Config parent : parents) {
            parent.url("url").ifPresent(url -> plans.add(plan("parent", url, parent, parents.size() == 1)));
        }
        for (Config upstream : config.items("upstreams")) {
            Optional<URI> url =
                    upstream.url("url").or(() -> upstream.get("registry").map(RemotePlan::usual));
            url.ifPresent(found -> plans.add(plan("upstream", found, upstream, false)));
        }
        return plans;
    }

    private static RemotePlan plan(String role, URI url, Config item, boolean needed) {
        RegistryUrl registry = RegistryUrl.parse(url.toString());
        Optional<String> user = item.get("username");
        Optional<Path> file = item.path("password-file");
        Credentials credentials = user.isPresent() && file.isPresent()
                ? origin -> origin.equals(registry.origin())
                        ? Optional.of(new Login.Password(user.get(), password(file.get())))
                        : Optional.empty()
                : Credentials.NONE;
        return new RemotePlan(
                new RemoteCheck(role, registry, credentials, needed),
                item.path("ca-file").stream().toList());
    }

    private static String password(Path file) throws IOException {
        if (Files.size(file) > MAX_PASSWORD_BYTES) {
            throw new IOException("the file of its password is too large");
        }
        return Files.readString(file).lines().findFirst().orElse("");
    }

    private static URI usual(String registry) {
        return URI.create("https://" + (registry.equals("docker.io") ? "registry-1.docker.io" : registry));
    }
}
