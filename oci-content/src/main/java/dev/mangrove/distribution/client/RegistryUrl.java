package dev.mangrove.distribution.client;

import dev.mangrove.oci.Digest;
import dev.mangrove.oci.InvalidNameException;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.Reference;
import java.net.URI;
import java.util.Optional;

/** Where a registry is: {@code https://HOST[:PORT][/PREFIX]}, below which {@code /v2/} begins; makes its URLs. */
public record RegistryUrl(URI base) {
    public RegistryUrl {
        WebOrigin.of(base);
        if (base.getRawQuery() != null || base.getRawFragment() != null || base.getRawUserInfo() != null) {
            throw new InvalidNameException("URL", WebOrigin.of(base).toString(), "expected no user, query or fragment");
        }
    }

    /** Reads a URL; a slash at its end is dropped. */
    public static RegistryUrl parse(String text) {
        try {
            return new RegistryUrl(URI.create(text.replaceAll("/+$", "")));
        } catch (IllegalArgumentException e) {
            throw new InvalidNameException("URL", text, "expected http://HOST[:PORT] or https://HOST[:PORT]");
        }
    }

    /** Scheme, host and port. */
    public WebOrigin origin() {
        return WebOrigin.of(base);
    }

    URI ping() {
        return URI.create(base + "/v2/");
    }

    URI manifest(Location repository, Reference reference) {
        return in(repository, "/manifests/" + reference);
    }

    URI blob(Location repository, Digest digest) {
        return in(repository, "/blobs/" + digest);
    }

    URI uploads(Location repository, String query) {
        return in(repository, "/blobs/uploads/" + query);
    }

    URI referrers(Location repository, Digest subject, Optional<Digest> heldBase) {
        return in(
                repository,
                "/referrers/" + subject
                        + heldBase.map(base -> "?mangrove-base=" + base).orElse(""));
    }

    URI tags(Location repository, String query) {
        return in(repository, "/tags/list" + query);
    }

    private URI in(Location repository, String rest) {
        return URI.create(base + "/v2/" + repository + rest);
    }

    @Override
    public String toString() {
        return base.toString();
    }
}
