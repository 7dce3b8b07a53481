package dev.mangrove.distribution.client;

import com.fasterxml.jackson.core.JsonToken;
import dev.mangrove.content.ContentException;
import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import dev.mangrove.http.Headers;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.InvalidNameException;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.MalformedContentException;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.MediaType;
import dev.mangrove.oci.Pinned;
import dev.mangrove.oci.Reference;
import dev.mangrove.oci.StrictJson;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** HEAD and GET of manifests; what comes back is verified against the digest asked for, or the one the registry told. */
final class ManifestReads {
    /** Registries of all ages choose by it; the last one is for media types nobody knows yet. */
    private static final String ACCEPT = String.join(
            ", ",
            List.of(
                    MediaType.OCI_INDEX.value(),
                    MediaType.OCI_MANIFEST.value(),
                    MediaType.DOCKER_LIST.value(),
                    MediaType.DOCKER_MANIFEST.value(),
                    "application/vnd.cncf.model.manifest.v1+json",
                    "*/*"));

    private final RegistryConnection registry;

    ManifestReads(RegistryConnection registry) {
        this.registry = registry;
    }

    Optional<Descriptor> head(Location repository, Reference reference) throws IOException {
        return named(repository, reference).map(NamedNow::descriptor);
    }

    Optional<NamedNow> named(Location repository, Reference reference) throws IOException {
        try (CallResponse answer = call("HEAD", repository, reference)) {
            if (answer.status() == 404) {
                return Optional.empty();
            }
            if (answer.status() != 200 && answer.status() != 405) {
                throw AnswerFailure.of(answer, "HEAD " + what(repository, reference));
            }
            Optional<Digest> digest = told(answer);
            OptionalLong size = BlobReads.length(answer.headers());
            if (answer.status() == 200 && digest.isPresent() && size.isPresent()) {
                Descriptor descriptor = Descriptor.of(declared(answer), digest.get(), size.getAsLong());
                return Optional.of(new NamedNow(descriptor, isWarned(answer)));
            }
        }
        return get(repository, reference).map(manifest -> new NamedNow(manifest.descriptor(), false));
    }

    Optional<ManifestContent> get(Location repository, Reference reference) throws IOException {
        String what = what(repository, reference);
        try (CallResponse answer = call("GET", repository, reference)) {
            if (answer.status() == 404) {
                return Optional.empty();
            }
            if (answer.status() != 200) {
                throw AnswerFailure.of(answer, "GET " + what);
            }
            byte[] raw = CappedBody.read(answer, ManifestContent.MAX_BYTES, what);
            Optional<Digest> expected =
                    reference instanceof Pinned pinned ? Optional.of(pinned.digest()) : told(answer);
            Algorithm algorithm = expected.map(Digest::algorithm).orElse(Algorithm.SHA256);
            verify(raw, algorithm, expected, what);
            return Optional.of(ManifestContent.parse(raw, typeOf(raw, declared(answer)), algorithm));
        } catch (MalformedContentException e) {
            throw new ContentException.Unavailable(what + " is not a manifest at that registry: " + e.getMessage(), e);
        }
    }

    private static void verify(byte[] raw, Algorithm algorithm, Optional<Digest> expected, String what)
            throws ContentException {
        Digest actual = Digest.ofBytes(algorithm, raw);
        if (expected.isPresent() && !expected.get().equals(actual)) {
            throw new ContentException.Corrupt(
                    expected.get(),
                    what + ": the registry sent " + raw.length + " bytes of another content, " + actual);
        }
    }

    private CallResponse call(String method, Location repository, Reference reference) throws IOException {
        CallRequest request =
                CallRequest.of(method, registry.url().manifest(repository, reference), Headers.of("Accept", ACCEPT));
        return registry.pull(request, Scope.pull(repository));
    }

    private static boolean isWarned(CallResponse answer) {
        return answer.headers().all("Warning").stream().anyMatch(warning -> warning.startsWith("299 "));
    }

    private static Optional<Digest> told(CallResponse answer) {
        try {
            return answer.headers().first("Docker-Content-Digest").map(text -> Digest.parse(text.strip()));
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
    }

    private static MediaType declared(CallResponse answer) {
        try {
            return answer.headers()
                    .first("Content-Type")
                    .map(MediaType::ofHeader)
                    .orElse(MediaType.OCTETS);
        } catch (InvalidNameException e) {
            return MediaType.OCTETS;
        }
    }

    /** Some registries send manifests as text or plain JSON: then the field inside says what it is. */
    private static MediaType typeOf(byte[] raw, MediaType declared) {
        boolean telling = declared.value().startsWith("application/vnd.");
        if (telling) {
            return declared;
        }
        String[] inside = new String[1];
        StrictJson.read(raw, json -> {
            StrictJson.object(json, "manifest", (j, name) -> {
                if (name.equals("mediaType") && j.currentToken() == JsonToken.VALUE_STRING) {
                    inside[0] = j.getText();
                } else {
                    j.skipChildren();
                }
            });
            return inside;
        });
        return inside[0] == null ? MediaType.OCI_MANIFEST : new MediaType(inside[0]);
    }

    private static String what(Location repository, Reference reference) {
        return "manifest " + reference + " of " + repository;
    }
}
