package dev.mangrove.e2e;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** {@code ctr} of containerd 1.6 or 2. Pulls go through {@code --hosts-dir}, so that the registry sees {@code ?ns=}. */
final class CtrClient extends RegistryClient {
    private final Containerd containerd;
    private final boolean two;
    private String credentials = "";
    private final TestFolder folder = TestFolder.create();

    private CtrClient(Supplier<Containerd> start, boolean two) {
        this.containerd = start.get();
        this.two = two;
    }

    static CtrClient one() {
        return new CtrClient(Containerd::one, false);
    }

    static CtrClient two() {
        return new CtrClient(Containerd::two, true);
    }

    private Command withCredentials(Command command) {
        return credentials.isEmpty() ? command : command.with("--user", credentials);
    }

    /** ctr has no command for it and shows them on every call. */
    @Override
    void login(String registry, String user, String password) {
        credentials = user + ":" + password;
    }

    @Override
    String version() {
        return containerd
                .ctr("version")
                .text()
                .lines()
                .filter(line -> line.contains("Version:"))
                .findFirst()
                .orElseThrow()
                .replace("Version:", "")
                .strip();
    }

    @Override
    String push(String registry, String repository, String tag, TestImage image) {
        Path archive = image.writeArchive(folder.path().resolve("image.tar"), "local/pushed:1");
        containerd.ctr("images", "import", "--all-platforms", archive).text();
        String local = containerd
                .ctr("images", "ls", "-q")
                .text()
                .lines()
                .filter(name -> name.contains("local/pushed"))
                .findFirst()
                .orElseThrow();
        Command push = two
                ? containerd.ctr("images", "push", "--local", "--plain-http")
                : containerd.ctr("images", "push", "--plain-http");
        withCredentials(push).with(reference(registry, repository, tag), local).text();
        String listed = containerd.ctr("images", "ls", "name==" + local).text();
        forget();
        return digestIn(listed);
    }

    @Override
    List<String> pull(String registry, String repository, String reference, TestImage expected) {
        Path hosts = containerd.hosts(MangroveProcess.HOME_NAME, registry);
        String image = reference(MangroveProcess.HOME_NAME, repository, reference);
        // Content of every platform, so that an index is complete; then the unpacking that a container would need.
        withCredentials(containerd.ctr("content", "fetch", "--all-platforms", "--hosts-dir", hosts))
                .with(image)
                .text();
        withCredentials(containerd.ctr("images", "pull", "--hosts-dir", hosts))
                .with(image)
                .text();
        List<String> held = containerd.ctr("content", "ls", "-q").text().lines().toList();
        for (String digest : expected.blobs().keySet()) {
            if (!held.contains(digest)) {
                throw new AssertionError("ctr does not hold " + digest + " after the pull");
            }
        }
        return digestsIn(containerd.ctr("images", "ls", "name==" + image).text());
    }

    @Override
    void forget() {
        containerd.forgetImages();
    }

    @Override
    public void close() {
        containerd.close();
        folder.close();
    }
}
