package dev.mangrove.oci;

import java.util.regex.Pattern;

/**
 * The name of a repository, for example {@code acme/detector}; grammar of the OCI distribution specification, "Pulling
 * manifests". A first component with a dot or a colon never occurs here: see {@link Location}.
 */
public record RepositoryName(String value) implements Comparable<RepositoryName> {
    /** Longest name accepted, in characters: the usual limit of clients, host included. */
    public static final int MAX_CHARS = 255;

    private static final Pattern GRAMMAR =
            Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*+(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*+)*+");

    public RepositoryName {
        if (value.length() > MAX_CHARS) {
            throw new InvalidNameException("repository", value, "longer than " + MAX_CHARS + " characters");
        }
        if (!GRAMMAR.matcher(value).matches()) {
            throw new InvalidNameException(
                    "repository", value, "expected lower-case components of a-z 0-9 . _ - separated by /");
        }
    }

    /** The first component: what push and pull rules are written for. */
    public String namespace() {
        int slash = value.indexOf('/');
        return slash < 0 ? value : value.substring(0, slash);
    }

    @Override
    public int compareTo(RepositoryName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
