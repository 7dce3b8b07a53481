package dev.mangrove.distribution;

import dev.mangrove.http.Headers;
import dev.mangrove.http.Response;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.InvalidNameException;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.MediaType;
import dev.mangrove.oci.OciErrorCode;
import dev.mangrove.oci.Pinned;
import dev.mangrove.oci.Reference;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@code PUT /v2/NAME/manifests/TAG-OR-DIGEST[?tag=...]}. The bytes are kept exactly as they came. */
final class ManifestPushes {
    /** Most {@code ?tag=} parameters; the specification wants ten at least. */
    private static final int MAX_TAGS = 100;

    private static final int PAYLOAD_TOO_LARGE = 413;
    private static final int URI_TOO_LONG = 414;
    private final PushTarget target;

    ManifestPushes(PushTarget target) {
        this.target = target;
    }

    void handle(Route.Manifest route, Call call) throws IOException {
        Reference reference = Reference.parse(route.reference());
        List<Tag> tags = tags(reference, call);
        byte[] raw = read(call);
        ManifestContent manifest = ManifestContent.pushed(raw, declared(call), algorithm(reference));
        if (reference instanceof Pinned(var digest) && !digest.equals(manifest.digest())) {
            throw ProtocolException.of(
                    OciErrorCode.DIGEST_INVALID,
                    "the manifest hashes to " + manifest.digest() + ", not to the digest in the URL");
        }
        target.putManifest(call.location(), manifest, tags, call.caller());
        call.respond(Response.empty(201, headers(route, reference, manifest, tags)));
    }

    private static Headers headers(
            Route.Manifest route, Reference reference, ManifestContent manifest, List<Tag> tags) {
        Headers headers = Headers.of("Location", "/v2/" + route.name() + "/manifests/" + manifest.digest())
                .with("Docker-Content-Digest", manifest.digest().toString());
        if (manifest.view().subject().isPresent()) {
            headers = headers.with(
                    "OCI-Subject", manifest.view().subject().get().digest().toString());
        }
        if (reference instanceof Pinned) {
            for (Tag tag : tags) {
                headers = headers.with("OCI-Tag", tag.value());
            }
        }
        return headers;
    }

    private static List<Tag> tags(Reference reference, Call call) throws ProtocolException {
        List<String> asked = call.head().queryAll("tag");
        if (asked.size() > MAX_TAGS) {
            throw ProtocolException.of(OciErrorCode.TAG_INVALID, "at most " + MAX_TAGS + " tags are taken at once")
                    .withStatus(URI_TOO_LONG);
        }
        return switch (reference) {
            case Tag tag -> List.of(tag);
            case Pinned _ -> asked.stream().map(Tag::new).distinct().toList();
        };
    }

    private static Algorithm algorithm(Reference reference) {
        return reference instanceof Pinned(var digest) ? digest.algorithm() : Algorithm.SHA256;
    }

    private static byte[] read(Call call) throws IOException {
        if (ContentLength.of(call.head().headers()).orElse(0) > ManifestContent.MAX_BYTES) {
            throw tooLarge();
        }
        byte[] raw = call.body().readNBytes(ManifestContent.MAX_BYTES + 1);
        if (raw.length > ManifestContent.MAX_BYTES) {
            throw tooLarge();
        }
        return raw;
    }

    private static ProtocolException tooLarge() {
        return ProtocolException.of(
                        OciErrorCode.SIZE_INVALID,
                        "a manifest may have " + ManifestContent.MAX_BYTES + " bytes; push what is larger as a blob")
                .withStatus(PAYLOAD_TOO_LARGE);
    }

    /** The Content-Type, if it says anything. */
    private static Optional<MediaType> declared(Call call) {
        Optional<String> header = call.head().headers().first("Content-Type").filter(type -> !type.isBlank());
        try {
            return header.map(MediaType::ofHeader);
        } catch (InvalidNameException e) {
            throw new InvalidNameException(
                    "media type", header.orElse(""), "the Content-Type of a manifest is its media type");
        }
    }
}
