package dev.mangrove.distribution.client;

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
import dev.mangrove.oci.Manifest;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.MediaType;
import dev.mangrove.oci.StrictJson;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Lists that come in pages: tags, and the manifests attached to another. */
final class Lists {
    private static final int MAX_PAGES = 100;
    private static final int MAX_PAGE_BYTES = ManifestContent.MAX_BYTES;

    /** Of all pages together: who lists them keeps them in memory, and anybody who may push makes them longer. */
    private static final int MAX_REFERRERS_BYTES = ManifestContent.MAX_BYTES;

    private final RegistryConnection registry;
    private final ManifestReads manifests;

    Lists(RegistryConnection registry, ManifestReads manifests) {
        this.registry = registry;
        this.manifests = manifests;
    }

    Optional<List<Tag>> tags(Location repository, Optional<String> last, int limit) throws IOException {
        String query = "?n=" + limit
                + last.map(l -> "&last=" + URLEncoder.encode(l, StandardCharsets.UTF_8))
                        .orElse("");
        Optional<URI> page = Optional.of(registry.url().tags(repository, query));
        String what = "the tags of " + repository;
        TreeSet<Tag> found = new TreeSet<>();
        for (int pages = 0; page.isPresent() && found.size() < limit && pages < MAX_PAGES; pages++) {
            try (CallResponse answer = get(page.get(), repository, "application/json")) {
                if (answer.status() == 404) {
                    return pages == 0 ? Optional.empty() : Optional.of(List.copyOf(found));
                }
                if (answer.status() != 200) {
                    throw AnswerFailure.of(answer, "listing " + what);
                }
                for (Tag tag : tagsIn(CappedBody.read(answer, MAX_PAGE_BYTES, what), what)) {
                    if (last.isEmpty() || tag.value().compareTo(last.get()) > 0) {
                        found.add(tag);
                    }
                }
                page = LinkHeader.next(answer.headers(), page.get());
            }
        }
        return Optional.of(found.stream().limit(limit).toList());
    }

    private static List<Tag> tagsIn(byte[] raw, String what) throws ContentException {
        List<Tag> tags = new ArrayList<>();
        try {
            StrictJson.read(raw, json -> {
                StrictJson.object(json, what, (j, name) -> {
                    if (name.equals("tags")) {
                        StrictJson.array(j, name, () -> tags.add(new Tag(StrictJson.string(j, "tag"))));
                    } else {
                        j.skipChildren();
                    }
                });
                return tags;
            });
        } catch (MalformedContentException | InvalidNameException e) {
            throw new ContentException.Unavailable(what + " cannot be read: " + e.getMessage(), e);
        }
        return tags;
    }

    List<Descriptor> referrers(Location repository, Digest subject, Optional<Digest> heldBase) throws IOException {
        Optional<URI> page = Optional.of(registry.url().referrers(repository, subject, heldBase));
        String what = "the referrers of " + subject + " in " + repository;
        List<Descriptor> found = new ArrayList<>();
        int leftBytes = MAX_REFERRERS_BYTES;
        for (int pages = 0; page.isPresent() && pages < MAX_PAGES; pages++) {
            try (CallResponse answer = get(page.get(), repository, MediaType.OCI_INDEX.value())) {
                if (!isIndex(answer)) {
                    if (answer.status() == 401 || answer.status() == 403 || answer.status() >= 429) {
                        throw AnswerFailure.of(answer, "listing " + what);
                    }
                    return pages == 0 ? byTagSchema(repository, subject) : found;
                }
                byte[] raw = CappedBody.read(answer, leftBytes, what + ", page " + (pages + 1));
                leftBytes -= raw.length;
                found.addAll(manifestsIn(raw, what));
                page = LinkHeader.next(answer.headers(), page.get());
            }
        }
        return List.copyOf(found);
    }

    /** What registries without the referrers API hold instead: an index under a tag made of the digest. */
    private List<Descriptor> byTagSchema(Location repository, Digest subject) throws IOException {
        String name = subject.algorithm().wireName() + "-" + subject.hex();
        Tag tag = new Tag(name.substring(0, Math.min(name.length(), 128)));
        return manifests
                .get(repository, tag)
                .map(ManifestContent::view)
                .map(Lists::listed)
                .orElse(List.of());
    }

    private static List<Descriptor> manifestsIn(byte[] raw, String what) throws ContentException {
        try {
            return listed(ManifestContent.parse(raw, MediaType.OCI_INDEX, Algorithm.SHA256)
                    .view());
        } catch (MalformedContentException e) {
            throw new ContentException.Unavailable(what + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<Descriptor> listed(Manifest view) {
        return view instanceof Manifest.Index index ? index.manifests() : List.of();
    }

    /** Registries that do not know the API answer 404, or 200 with something else. */
    private static boolean isIndex(CallResponse answer) {
        return answer.status() == 200
                && answer.headers()
                        .first("Content-Type")
                        .filter(type -> type.startsWith(MediaType.OCI_INDEX.value()))
                        .isPresent();
    }

    private CallResponse get(URI page, Location repository, String accept) throws IOException {
        return registry.pull(CallRequest.of("GET", page, Headers.of("Accept", accept)), Scope.pull(repository));
    }
}
