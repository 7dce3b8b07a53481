package dev.mangrove.catalog.packaging;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import dev.mangrove.content.ContentException;
import dev.mangrove.oci.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Builds a container image of files, without a container engine, and pushes it. Reproducible: Jib gives every file the same
 * time and owner.
 */
public final class ImageBuild {
    private static final AbsoluteUnixPath APPLICATION = AbsoluteUnixPath.get("/app");

    private final Path cache;

    /** @param cache a folder of this build's own for layers under construction */
    public ImageBuild(Path cache) {
        this.cache = cache;
    }

    /**
     * Builds and pushes.
     *
     * @param files become one layer, in {@code /app}
     * @param reference {@code HOST:PORT/NAME:TAG} of a registry on this machine
     * @return the digest of the image's manifest
     */
    public Digest push(List<Path> files, List<String> entrypoint, String reference) throws IOException {
        // unbounded: Jib's steps wait for each other on the threads they run on; there is a dozen of them for one layer
        ExecutorService workers = Executors.newCachedThreadPool();
        try {
            JibContainer built = Jib.fromScratch()
                    .setFormat(ImageFormat.OCI)
                    .addLayer(files, APPLICATION)
                    .setWorkingDirectory(APPLICATION)
                    .setEntrypoint(entrypoint)
                    .containerize(Containerizer.to(RegistryImage.named(reference))
                            .setAllowInsecureRegistries(true)
                            .setApplicationLayersCache(cache)
                            .setBaseImageLayersCache(cache)
                            .setToolName("mangrove")
                            .setExecutorService(workers));
            return Digest.parse(built.getDigest().toString());
        } catch (InvalidImageReferenceException e) {
            throw new IllegalArgumentException("not a name of an image: " + reference, e);
        } catch (RegistryException | ExecutionException | CacheDirectoryCreationException e) {
            throw new ContentException.Unavailable("pushing the image " + reference + " failed: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            workers.shutdownNow();
        }
    }
}
