package dev.mangrove.catalog.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.mangrove.content.Caller;
import dev.mangrove.content.files.StoreLimits;
import dev.mangrove.content.log.Names;
import dev.mangrove.content.log.Sweep;
import dev.mangrove.distribution.Grant;
import dev.mangrove.oci.Algorithm;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sweep at the one moment of a push where it would hurt: between a look at the names and what is done about it. */
class SweepBesidePushTest {
    private static final byte[] BLOB = "weights".getBytes(StandardCharsets.UTF_8);
    private static final Digest DIGEST = Digest.ofBytes(Algorithm.SHA256, BLOB);
    private static final byte[] MANIFEST =
            ("{\"config\":" + CatalogFixture.EMPTY_CONFIG + "}").getBytes(StandardCharsets.UTF_8);
    private static final Digest OF_MANIFEST = Digest.ofBytes(Algorithm.SHA256, MANIFEST);

    @TempDir
    private Path folder;

    private CatalogFixture catalog;
    private String moment = "";
    private Step then = () -> {};

    @BeforeEach
    void open() throws IOException {
        catalog = new CatalogFixture(
                folder, StoreLimits.NONE, Grant.everything(new Caller.User("ci")), this::interrupted);
    }

    @AfterEach
    void close() throws IOException {
        catalog.close();
    }

    /** Names that, the first time {@link #moment} is called, take the step {@link #then}: an append after it, a look before. */
    private Names interrupted(Names names) {
        return (Names) Proxy.newProxyInstance(
                Names.class.getClassLoader(), new Class<?>[] {Names.class}, (_, method, arguments) -> {
                    boolean now = method.getName().equals(moment);
                    if (now) {
                        moment = "";
                    }
                    if (now && method.getName().equals("append")) {
                        then.take();
                    }
                    try {
                        return method.invoke(names, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    } finally {
                        if (now && !method.getName().equals("append")) {
                            then.take();
                        }
                    }
                });
    }

    private void at(String method, Step step) {
        moment = method;
        then = step;
    }

    private void sweep() throws IOException {
        new Sweep(catalog.names, catalog.store, catalog.store, catalog.clock, Optional.of(Duration.ofDays(1))).run();
    }

    private int push(String target) throws IOException {
        return catalog.ask("POST", "/v2/acme/m/blobs/uploads/?digest=" + target, BLOB)
                .status();
    }

    private int status(String method, String what) throws IOException {
        return catalog.ask(method, "/v2/acme/m/" + what).status();
    }

    @Test
    void aPushOfABlobWhoseOldLinkIsTakenBackAtThatMomentIsVisible() throws IOException {
        catalog.push("acme/m", BLOB);
        catalog.clock.pass(Duration.ofDays(2));
        at("blob", this::sweep);
        assertEquals(201, push(DIGEST.toString()));
        sweep();
        assertEquals(200, status("GET", "blobs/" + DIGEST));
    }

    @Test
    void whoeverIsToldThatABlobIsHereFindsIt() throws IOException {
        catalog.push("acme/m", BLOB);
        catalog.clock.pass(Duration.ofDays(2));
        at("append", this::sweep);
        int told = status("HEAD", "blobs/" + DIGEST);
        assertEquals(told, status("GET", "blobs/" + DIGEST));
        assertEquals(201, push(DIGEST.toString()));
        assertEquals(200, status("GET", "blobs/" + DIGEST));
    }

    @Test
    void whoeverIsToldThatAManifestIsHereFindsIt() throws IOException {
        catalog.ask("PUT", "/v2/acme/m/manifests/" + OF_MANIFEST, MANIFEST);
        catalog.clock.pass(Duration.ofDays(2));
        at("append", this::sweep);
        int told = status("HEAD", "manifests/" + OF_MANIFEST);
        assertEquals(told, status("GET", "manifests/" + OF_MANIFEST));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPushThatWasHeldUpUntilItsBytesWereSweptIsNotAcknowledged(boolean manifest) throws IOException {
        at("append", () -> {
            catalog.clock.pass(Duration.ofDays(2)); // a suspended machine
            sweep();
            catalog.store.emptyTrash(Duration.ZERO);
        });
        assertEquals(503, manifest ? pushManifest() : push(DIGEST.toString()));
        String what = manifest ? "manifests/" + OF_MANIFEST : "blobs/" + DIGEST;
        assertEquals(201, manifest ? pushManifest() : push(DIGEST.toString()));
        assertEquals(200, status("GET", what));
    }

    private int pushManifest() throws IOException {
        return catalog.ask("PUT", "/v2/acme/m/manifests/" + OF_MANIFEST, MANIFEST)
                .status();
    }

    private interface Step {
        void take() throws IOException;
    }
}
