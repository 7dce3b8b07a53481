package dev.mangrove.e2e;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A row of the table of clients: how to start one, and what such a client cannot do wherever it is pointed at. */
@SuppressWarnings("ImmutableEnumChecker") // a supplier and a map that nothing changes after construction
enum ClientKind {
    DOCKER(
            "docker",
            DockerClient::new,
            no(Capability.ZSTD_LAYERS, "Docker 20.10 cannot unpack zstd"),
            no(Capability.REFERRERS, "no command"),
            no(Capability.DELETE, "no command")),
    CTR_1(
            "ctr (containerd 1.6)",
            CtrClient::one,
            no(Capability.REFERRERS, "no command"),
            no(Capability.DELETE, "no command")),
    CTR_2(
            "ctr (containerd 2)",
            CtrClient::two,
            no(Capability.REFERRERS, "no command"),
            no(Capability.DELETE, "no command")),
    PODMAN(
            "podman",
            PodmanClient::new,
            no(Capability.REFERRERS, "no command"),
            no(Capability.RANGE, "podman 4.3 gives up when a blob is cut"),
            no(Capability.DELETE, "no command")),
    SKOPEO(
            "skopeo",
            SkopeoClient::new,
            no(Capability.REFERRERS, "no command"),
            no(Capability.RANGE, "skopeo 1.9 gives up when a blob is cut")),
    ORAS("oras", OrasClient::new, no(Capability.RANGE, "oras gives up when a blob is cut")),
    CRANE(
            "crane",
            CraneClient::new,
            no(Capability.REFERRERS, "no command"),
            no(Capability.RANGE, "crane gives up when a blob is cut")),
    REGCTL("regctl", RegctlClient::new),
    HELM(
            "helm",
            HelmClient::new,
            no(Capability.INDEX, "a chart has none"),
            no(Capability.ZSTD_LAYERS, "a chart is gzipped"),
            no(Capability.REFERRERS, "no command"),
            no(Capability.RANGE, "helm gives up when a chart is cut"),
            no(Capability.DELETE, "no command")),
    ORAS_JAVA("ORAS Java SDK", OrasJavaClient::new, no(Capability.RANGE, "the SDK gives up when a blob is cut")),
    JIB(
            "Jib core",
            JibClient::new,
            no(Capability.REFERRERS, "no method"),
            no(Capability.RANGE, "Jib gives up when a blob is cut"),
            no(Capability.DELETE, "no method"));

    private final String title;
    private final Supplier<RegistryClient> start;
    private final Map<Capability, String> cannot = new EnumMap<>(Capability.class);

    /** What a client is not able to do, and why. */
    private record Cannot(Capability capability, String why) {}

    ClientKind(String title, Supplier<RegistryClient> start, Cannot... cannot) {
        this.title = title;
        this.start = start;
        List.of(cannot).forEach(each -> this.cannot.put(each.capability, each.why));
    }

    private static Cannot no(Capability capability, String why) {
        return new Cannot(capability, why);
    }

    String title() {
        return title;
    }

    /** Skips the running test if the program is not installed. */
    RegistryClient start() {
        return start.get();
    }

    /** Why the client has no such thing; empty if it has. */
    String whyNot(Capability capability) {
        return cannot.getOrDefault(capability, "");
    }

    @Override
    public String toString() {
        return title;
    }
}
