package dev.mangrove.distribution.client;

import dev.mangrove.http.Body;
import dev.mangrove.http.CallRequest;
import dev.mangrove.http.CallResponse;
import dev.mangrove.http.Headers;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Pinned;
import dev.mangrove.oci.Reference;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Writes to one registry. What the registry has is not sent; what breaks off goes on where the registry says it stopped.
 * Trouble is a {@link dev.mangrove.content.ContentException}, {@code Refused} with the registry's own words included.
 */
public final class PushClient {
    private final RegistryConnection registry;
    private final DistributionClient reads;
    private final BlobUploads uploads;

    public PushClient(RegistryConnection registry, Pause pause) {
        this.registry = registry;
        this.reads = new DistributionClient(registry);
        this.uploads = new BlobUploads(registry, pause);
    }

    /**
     * Makes sure that the repository has a blob.
     *
     * @param from a repository of the same registry that may have it already
     */
    public PushOutcome pushBlob(
            Location repository, UploadSource blob, Optional<Location> from, UploadProgress progress)
            throws IOException {
        if (reads.stat(repository, blob.digest()).isPresent()) {
            progress.sent(blob.sizeBytes(), blob.sizeBytes());
            return PushOutcome.ALREADY_THERE;
        }
        return uploads.upload(repository, blob, from, progress);
    }

    /** Stores a manifest under these tags, or under its digest only; what it names must have been pushed before. */
    public void pushManifest(Location repository, ManifestContent manifest, List<Tag> tags) throws IOException {
        if (tags.isEmpty()) {
            putManifest(repository, new Pinned(manifest.digest()), manifest);
        }
        for (Tag tag : tags) {
            putManifest(repository, tag, manifest);
        }
    }

    private void putManifest(Location repository, Reference reference, ManifestContent manifest) throws IOException {
        CallRequest request = new CallRequest(
                "PUT",
                registry.url().manifest(repository, reference),
                Headers.of("Content-Type", manifest.mediaType().value()),
                new Body.Bytes(manifest.raw()));
        try (CallResponse answer = registry.caller().call(request, List.of(Scope.push(repository)))) {
            if (answer.status() != 201) {
                throw AnswerFailure.of(answer, "pushing manifest " + reference + " to " + repository);
            }
        }
    }

    /** Removes a tag only, or a manifest with all its tags; false if there was none. */
    public boolean deleteManifest(Location repository, Reference reference) throws IOException {
        return delete(
                repository,
                registry.url().manifest(repository, reference),
                "deleting manifest " + reference + " of " + repository);
    }

    /** Takes a blob out of a repository; false if it was not there. */
    public boolean deleteBlob(Location repository, Digest digest) throws IOException {
        return delete(
                repository, registry.url().blob(repository, digest), "deleting blob " + digest + " of " + repository);
    }

    private boolean delete(Location repository, URI url, String what) throws IOException {
        CallRequest request = CallRequest.of("DELETE", url, Headers.none());
        try (CallResponse answer = registry.caller().call(request, List.of(Scope.delete(repository)))) {
            return switch (answer.status()) {
                case 200, 202, 204 -> true;
                case 404 -> false;
                default -> throw AnswerFailure.of(answer, what);
            };
        }
    }
}
