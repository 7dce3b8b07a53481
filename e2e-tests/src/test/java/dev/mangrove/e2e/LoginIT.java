package dev.mangrove.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Users of the catalog, as every client logs them in: one who may push, one who may only pull, and strangers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LoginIT {
    private static final String PUSHER = "ada";
    private static final String PULLER = "bob";
    private static final String PASSWORD = "correct-horse";

    private final TestFolder folder = TestFolder.create();
    private AutoCloseable process;
    private String address;
    private Wire owner;
    private boolean control;

    @BeforeAll
    void startRegistryWithUsers() {
        control = Faces.areControl();
        if (control) {
            ForeignRegistry registry = ForeignRegistry.withTokens();
            process = registry;
            address = registry.address();
            owner = registry.owner("team/seen");
            return;
        }
        String users = "";
        for (String user : List.of(PUSHER, PULLER)) {
            users += Command.in(folder.path(), Clients.require("htpasswd"))
                            .with("-Bbn", "-C", "4", user, PASSWORD)
                            .text()
                    + "\n";
        }
        MangroveProcess catalog = MangroveProcess.start(
                "catalog",
                folder.folder("catalog"),
                "access:",
                "  anonymous-pull: false",
                "  users: " + folder.write("users", users),
                "  rules:",
                "    - user: " + PUSHER,
                "      namespace: team",
                "      allow: pull, push, delete",
                "    - user: " + PULLER,
                "      namespace: team",
                "      allow: pull");
        process = catalog;
        address = catalog.address();
        owner = new Wire(
                catalog.url(),
                "Authorization",
                "Basic "
                        + java.util.Base64.getEncoder()
                                .encodeToString(
                                        (PUSHER + ":" + PASSWORD).getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    @AfterAll
    void stopRegistry() throws Exception {
        if (owner != null) {
            owner.close();
        }
        if (process != null) {
            process.close();
        }
        folder.close();
    }

    private String password() {
        return control ? ForeignRegistry.PASSWORD : PASSWORD;
    }

    private static TestImage image(ClientKind kind, int number) {
        return TestImage.of(kind.name().hashCode() * 1_000L + number * 100L, TestImage.Compression.GZIP, 5_000);
    }

    private static String repository(ClientKind kind) {
        return "team/" + kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    @ParameterizedTest
    @EnumSource(ClientKind.class)
    void whoMayPushPushesAndPullsAfterLoggingIn(ClientKind kind) {
        TestImage image = image(kind, 1);
        try (RegistryClient client = kind.start()) {
            client.login(address, PUSHER, password());
            String digest = client.push(address, repository(kind), "v1", image);
            client.forget();
            if (kind != ClientKind.DOCKER && kind != ClientKind.JIB) { // which made an image of their own
                assertTrue(client.pull(address, repository(kind), "v1", image).contains(digest));
            } else if (!control) {
                assertEquals(Optional.of(digest), owner.resolve(repository(kind), "v1"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ClientKind.class)
    void whoMayOnlyPullIsRefusedThePush(ClientKind kind) {
        org.junit.jupiter.api.Assumptions.assumeFalse(control, "distribution has one user here");
        TestImage image = image(kind, 2);
        try (RegistryClient client = kind.start()) {
            client.login(address, PULLER, PASSWORD);
            assertThrows(Throwable.class, () -> client.push(address, repository(kind) + "-other", "v1", image));
            assertEquals(Optional.empty(), owner.resolve(repository(kind) + "-other", "v1"));
            if (kind != ClientKind.HELM) {
                owner.push(repository(kind) + "-other", "v1", image);
                client.forget();
                assertTrue(client.pull(address, repository(kind) + "-other", "v1", image)
                        .contains(image.digest()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ClientKind.class)
    void aWrongPasswordAndNoneAreRefused(ClientKind kind) {
        TestImage image = image(kind, 3);
        try (RegistryClient client = kind.start()) {
            assertThrows(Throwable.class, () -> client.push(address, repository(kind) + "-none", "v1", image));
            assertThrows(Throwable.class, () -> {
                client.login(address, PUSHER, "wrong");
                client.push(address, repository(kind) + "-none", "v1", image);
            });
            if (!control) {
                assertEquals(Optional.empty(), owner.resolve(repository(kind) + "-none", "v1"));
            }
        }
    }
}
