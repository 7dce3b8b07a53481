package dev.mangrove.cli;

import java.util.Locale;

/** What users write for a registry when they log in. */
public final class RegistryHost {
    private static final String DOCKER_HUB = "docker.io";

    private RegistryHost() {}

    /** {@code HOST[:PORT]} out of that, or out of a URL: a login is for a whole registry. */
    public static String of(String text) {
        String host = text.strip().replaceFirst("^[Hh][Tt][Tt][Pp][Ss]?://", "");
        int slash = host.indexOf('/');
        host = (slash < 0 ? host : host.substring(0, slash)).toLowerCase(Locale.ROOT);
        if (!host.matches("[a-z0-9._\\[\\]:-]{1,255}")) {
            throw new Failure(ExitCode.USAGE, "\"" + text + "\" is not a registry", "one is HOST or HOST:PORT");
        }
        return host;
    }

    /** Where that registry is: Docker Hub serves the protocol under another name than its own. */
    public static String toConnect(String host) {
        return host.equals(DOCKER_HUB) || host.equals("index." + DOCKER_HUB) ? "registry-1." + DOCKER_HUB : host;
    }
}
