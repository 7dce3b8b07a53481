package dev.mangrove.oci;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a repository lives, by docker's grammar: {@code acme/detector} is the home catalog's, a first component with a
 * dot, a colon or {@code localhost} names a foreign registry ({@code docker.io/library/alpine}).
 *
 * @param registry host, optionally with port, of a foreign registry; empty for the home catalog
 */
public record Location(Optional<String> registry, RepositoryName repository) {
    private static final Pattern HOST = Pattern.compile(
            "(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::[0-9]{1,5})?");

    /** Splits {@code [HOST[:PORT]/]NAME}. */
    public static Location parse(String text) {
        int slash = text.indexOf('/');
        if (slash > 0 && isRegistry(text.substring(0, slash))) {
            return foreign(text.substring(0, slash), text.substring(slash + 1));
        }
        return new Location(Optional.empty(), new RepositoryName(text));
    }

    /** A repository of the foreign registry {@code host}, for example taken from {@code ?ns=}. */
    public static Location foreign(String host, String repository) {
        if (host.length() > 253 || !HOST.matcher(host).matches()) {
            throw new InvalidNameException("registry", host, "expected HOST or HOST:PORT in lower case");
        }
        return new Location(Optional.of(canonical(host)), new RepositoryName(repository));
    }

    /** Whether a first path component names a registry rather than a namespace. */
    public static boolean isRegistry(String component) {
        return component.equals("localhost") || component.indexOf('.') >= 0 || component.indexOf(':') >= 0;
    }

    /** Docker Hub goes by three names; one is kept. */
    private static String canonical(String host) {
        return host.equals("index.docker.io") || host.equals("registry-1.docker.io") ? "docker.io" : host;
    }

    @Override
    public String toString() {
        return registry.map(host -> host + "/").orElse("") + repository;
    }
}
