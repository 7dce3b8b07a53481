package dev.mangrove.catalog.delta;

import dev.mangrove.content.Caller;
import dev.mangrove.distribution.Grant;
import dev.mangrove.distribution.PushTarget;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.Location;
import dev.mangrove.oci.ManifestContent;
import dev.mangrove.oci.Tag;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** Pushes that tell {@link Deltas} of every manifest that came or went, after the fact. */
final class ReleasingPushes implements PushTarget {
    private final PushTarget pushes;
    private final Deltas deltas;

    ReleasingPushes(PushTarget pushes, Deltas deltas) {
        this.pushes = pushes;
        this.deltas = deltas;
    }

    @Override
    public void putManifest(Location repository, ManifestContent manifest, List<Tag> tags, Caller caller)
            throws IOException {
        pushes.putManifest(repository, manifest, tags, caller);
        if (!tags.isEmpty()) {
            deltas.pushed(repository, manifest, caller);
        }
    }

    @Override
    public boolean deleteManifest(Location repository, Digest manifest, Caller caller) throws IOException {
        boolean gone = pushes.deleteManifest(repository, manifest, caller);
        if (gone) {
            deltas.deleted(repository, manifest);
        }
        return gone;
    }

    @Override
    public String openUpload(Location repository, Caller caller) throws IOException {
        return pushes.openUpload(repository, caller);
    }

    @Override
    public Optional<Long> uploadSize(Location repository, String upload) throws IOException {
        return pushes.uploadSize(repository, upload);
    }

    @Override
    public Append append(Location repository, String upload, Optional<Long> offset, InputStream body)
            throws IOException {
        return pushes.append(repository, upload, offset, body);
    }

    @Override
    public boolean finish(Location repository, String upload, Digest expected, Caller caller) throws IOException {
        return pushes.finish(repository, upload, expected, caller);
    }

    @Override
    public boolean cancel(Location repository, String upload) throws IOException {
        return pushes.cancel(repository, upload);
    }

    @Override
    public boolean mount(Location repository, Digest blob, Optional<Location> from, Grant grant) throws IOException {
        return pushes.mount(repository, blob, from, grant);
    }

    @Override
    public void lease(Location repository, Digest digest) throws IOException {
        pushes.lease(repository, digest);
    }

    @Override
    public boolean deleteTag(Location repository, Tag tag, Caller caller) throws IOException {
        return pushes.deleteTag(repository, tag, caller);
    }

    @Override
    public boolean deleteBlob(Location repository, Digest blob, Caller caller) throws IOException {
        return pushes.deleteBlob(repository, blob, caller);
    }
}
