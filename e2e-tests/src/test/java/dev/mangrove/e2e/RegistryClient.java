package dev.mangrove.e2e;

import java.util.List;

/**
 * A program or library that moves images to and from a registry, driven the way its users drive it. Each keeps what it
 * has pulled in a folder of its own; {@link #forget} makes the next pull fetch everything again.
 */
abstract class RegistryClient implements AutoCloseable {
    /** What the client was when it ran, for the table. */
    abstract String version();

    /** Shows a name and a password from now on; a client that has a command for it fails at once if they are wrong. */
    abstract void login(String registry, String user, String password);

    /**
     * Pushes {@code image}, or, where a client can only push what it has built itself, an image of the same layers.
     *
     * @return the digest of the manifest as the client tells it
     */
    abstract String push(String registry, String repository, String tag, TestImage image);

    /**
     * Pulls by {@code reference}, a tag or a digest.
     *
     * @return every digest the client knows the result by: of the manifest and, where it keeps that, of the index
     */
    abstract List<String> pull(String registry, String repository, String reference, TestImage expected);

    /** Attaches something to a manifest and returns the digest of what it attached. */
    String attach(String registry, String repository, String subject) {
        throw new UnsupportedOperationException(getClass().getSimpleName());
    }

    /** The digests of what refers to a manifest, as the client lists them. */
    List<String> referrers(String registry, String repository, String subject) {
        throw new UnsupportedOperationException(getClass().getSimpleName());
    }

    void delete(String registry, String repository, String tag, String digest) {
        throw new UnsupportedOperationException(getClass().getSimpleName());
    }

    abstract void forget();

    @Override
    public void close() {}

    static String reference(String registry, String repository, String reference) {
        return registry + "/" + repository + (reference.startsWith("sha256:") ? "@" : ":") + reference;
    }

    /** The first sha256 digest in a text. */
    static String digestIn(String text) {
        return digestsIn(text).stream().findFirst().orElseThrow(() -> new AssertionError("no digest in: " + text));
    }

    static List<String> digestsIn(String text) {
        return java.util.regex.Pattern.compile("sha256:[0-9a-f]{64}")
                .matcher(text)
                .results()
                .map(java.util.regex.MatchResult::group)
                .distinct()
                .toList();
    }
}
