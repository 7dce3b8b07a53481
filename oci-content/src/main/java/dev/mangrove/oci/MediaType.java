package dev.mangrove.oci;

import java.util.regex.Pattern;

/** A media type without parameters (RFC 6838). Unknown ones are welcome: a registry must not refuse them. */
public record MediaType(String value) {
    // first: the constants below are checked by it
    private static final Pattern GRAMMAR =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}");

    public static final MediaType OCI_MANIFEST = new MediaType("application/vnd.oci.image.manifest.v1+json");
    public static final MediaType OCI_INDEX = new MediaType("application/vnd.oci.image.index.v1+json");
    public static final MediaType OCI_EMPTY = new MediaType("application/vnd.oci.empty.v1+json");
    public static final MediaType OCI_CONFIG = new MediaType("application/vnd.oci.image.config.v1+json");
    public static final MediaType DOCKER_MANIFEST =
            new MediaType("application/vnd.docker.distribution.manifest.v2+json");
    public static final MediaType DOCKER_LIST =
            new MediaType("application/vnd.docker.distribution.manifest.list.v2+json");
    public static final MediaType OCTETS = new MediaType("application/octet-stream");

    public MediaType {
        if (!GRAMMAR.matcher(value).matches()) {
            throw new InvalidNameException("media type", value, "expected type/subtype without parameters");
        }
    }

    /** Reads a Content-Type header: parameters are dropped. */
    public static MediaType ofHeader(String header) {
        int semicolon = header.indexOf(';');
        return new MediaType((semicolon < 0 ? header : header.substring(0, semicolon)).strip());
    }

    /** Whether a manifest of this type lists other manifests. */
    public boolean isIndex() {
        return equals(OCI_INDEX) || equals(DOCKER_LIST);
    }

    @Override
    public String toString() {
        return value;
    }
}
