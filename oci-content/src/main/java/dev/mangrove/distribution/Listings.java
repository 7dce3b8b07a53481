package dev.mangrove.distribution;

import dev.mangrove.http.Headers;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.MediaType;
import dev.mangrove.oci.OciErrorCode;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Tags of a repository, repositories of the registry, referrers of a manifest. */
final class Listings {
    /** Digest of the newest manifest of the repository of which the asker holds blobs: a wish for a delta from it. */
    static final String HELD_BASE = "mangrove-base";

    private final Registry registry;

    Listings(Registry registry) {
        this.registry = registry;
    }

    void tags(Route.Tags route, Call call) throws IOException {
        Methods.require(call, "GET", "HEAD");
        Page page = Page.of(call.head());
        List<Tag> found = registry.tags(call.location(), page.last(), page.limit() + 1, call.caller())
                .orElseThrow(() -> ProtocolException.of(
                        OciErrorCode.NAME_UNKNOWN, "no repository " + Shown.of(route.name()) + " here"));
        List<String> tags = page.cut(found.stream().map(Tag::value).toList());
        call.respond(Json.answer(200, page.link(call.head(), found.size(), tags), json -> {
            json.writeStringField("name", route.name());
            json.writeArrayFieldStart("tags");
            for (String tag : tags) {
                json.writeString(tag);
            }
            json.writeEndArray();
        }));
    }

    void repositories(Call call) throws IOException {
        Methods.require(call, "GET", "HEAD");
        if (call.needsLogin()) {
            throw ProtocolException.of(OciErrorCode.UNAUTHORIZED, "the list of repositories needs a login");
        }
        Page page = Page.of(call.head());
        List<Location> found = registry.repositories(page.last(), page.limit() + 1, call.caller());
        List<String> names = page.cut(found.stream().map(Location::toString).toList());
        call.respond(Json.answer(200, page.link(call.head(), found.size(), names), json -> {
            json.writeArrayFieldStart("repositories");
            for (String name : names) {
                json.writeString(name);
            }
            json.writeEndArray();
        }));
    }

    private List<Descriptor> attached(Digest subject, Call call) throws IOException {
        Optional<String> heldBase = call.head().query(HELD_BASE).filter(base -> !base.isEmpty());
        return heldBase.isEmpty()
                ? registry.referrers(call.location(), subject, call.caller())
                : registry.referrers(call.location(), subject, Digest.parse(heldBase.get()), call.caller());
    }

    /** Always a 200 with an index, also of what was never seen; the content type is compared as a whole by clients. */
    void referrers(Route.Referrers route, Call call) throws IOException {
        Methods.require(call, "GET", "HEAD");
        Digest subject = Digest.parse(route.digest());
        Optional<String> filter = call.head().query("artifactType").filter(type -> !type.isEmpty());
        ReferrersPage page = ReferrersPage.of(
                attached(subject, call).stream()
                        .filter(descriptor -> filter.isEmpty() || filter.equals(descriptor.artifactType()))
                        .toList(),
                call.head().query("last").filter(last -> !last.isEmpty()).map(Digest::parse));
        Headers headers = filter.isPresent() ? Headers.of("OCI-Filters-Applied", "artifactType") : Headers.none();
        call.respond(Json.answer(200, headers.and(page.link(call.head())), MediaType.OCI_INDEX.value(), json -> {
            json.writeNumberField("schemaVersion", 2);
            json.writeStringField("mediaType", MediaType.OCI_INDEX.value());
            json.writeArrayFieldStart("manifests");
            for (Descriptor descriptor : page.shown()) {
                DescriptorJson.write(json, descriptor);
            }
            json.writeEndArray();
        }));
    }
}
