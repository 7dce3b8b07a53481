package dev.mangrove.e2e;

import java.nio.file.Path;
import java.util.List;
import land.oras.ArtifactType;
import land.oras.ContainerRef;
import land.oras.CopyUtils;
import land.oras.LayoutRef;
import land.oras.LocalPath;
import land.oras.ManifestDescriptor;
import land.oras.OCILayout;
import land.oras.Registry;

/** The Java ORAS SDK, as a program would use it. */
final class OrasJavaClient extends RegistryClient {
    private static final ArtifactType NOTE = ArtifactType.from("application/vnd.example.note");

    private final TestFolder folder = TestFolder.create();

    private Registry.Builder login = Registry.builder().defaults();

    private Registry sdk() {
        return login.withInsecure(true).build();
    }

    @Override
    void login(String registry, String user, String password) {
        login = Registry.builder().defaults(registry, user, password);
    }

    private static ContainerRef ref(String registry, String repository, String reference) {
        return ContainerRef.parse(reference(registry, repository, reference));
    }

    @Override
    String version() {
        return "0.7.0";
    }

    @Override
    String push(String registry, String repository, String tag, TestImage image) {
        Path path = image.writeLayout(folder.folder("push"), "1");
        OCILayout layout = OCILayout.builder().defaults(path).build();
        ContainerRef target = ref(registry, repository, tag);
        CopyUtils.copy(layout, LayoutRef.of(layout, "1"), sdk(), target, CopyUtils.CopyOptions.shallow());
        TestFolder.delete(path);
        return sdk().getDescriptor(target).getDigest();
    }

    @Override
    List<String> pull(String registry, String repository, String reference, TestImage expected) {
        Path path = folder.folder("pull");
        OCILayout layout = OCILayout.builder().defaults(path).build();
        CopyUtils.copy(
                sdk(),
                ref(registry, repository, reference),
                layout,
                LayoutRef.of(layout, "1"),
                CopyUtils.CopyOptions.shallow());
        return PulledLayout.digests(path, expected);
    }

    @Override
    String attach(String registry, String repository, String subject) {
        Path note = folder.write("note.txt", "attached by the SDK");
        return sdk().attachArtifact(ref(registry, repository, subject), NOTE, LocalPath.of(note, "text/plain"))
                .getDigest();
    }

    @Override
    List<String> referrers(String registry, String repository, String subject) {
        return sdk().getReferrers(ref(registry, repository, subject), NOTE).getManifests().stream()
                .map(ManifestDescriptor::getDigest)
                .toList();
    }

    @Override
    void delete(String registry, String repository, String tag, String digest) {
        sdk().deleteManifest(ref(registry, repository, digest));
    }

    @Override
    void forget() {
        TestFolder.delete(folder.folder("pull"));
    }

    @Override
    public void close() {
        folder.close();
    }
}
