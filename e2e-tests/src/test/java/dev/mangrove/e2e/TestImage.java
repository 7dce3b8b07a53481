package dev.mangrove.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/**
 * Content for tests, made here and not by the code under test: blobs by digest and one manifest on top of them. The bytes
 * are random, so that no size is flattered by compression, and come from a seed, so that a run can be repeated.
 */
record TestImage(Map<String, byte[]> blobs, String mediaType, String digest) {
    static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String INDEX = "application/vnd.oci.image.index.v1+json";
    static final String EMPTY_JSON = "application/vnd.oci.empty.v1+json";

    enum Compression {
        GZIP("application/vnd.oci.image.layer.v1.tar+gzip"),
        ZSTD("application/vnd.oci.image.layer.v1.tar+zstd");

        private final String mediaType;

        Compression(String mediaType) {
            this.mediaType = mediaType;
        }
    }

    /** A runnable-shaped image with one layer for each size, in bytes. */
    static TestImage of(long seed, Compression compression, int... layerSizes) {
        return of(seed, "amd64", compression, layerSizes);
    }

    /** An image of one layer that is not compressed. */
    static TestImage ofLayer(byte[] tar) {
        Map<String, byte[]> blobs = new LinkedHashMap<>();
        String layer = descriptor("application/vnd.oci.image.layer.v1.tar", put(blobs, tar), tar.length);
        return image(blobs, "amd64", 0, List.of('"' + sha256(tar) + '"'), List.of(layer));
    }

    private static TestImage of(long seed, String architecture, Compression compression, int... layerSizes) {
        Map<String, byte[]> blobs = new LinkedHashMap<>();
        List<String> layers = new ArrayList<>();
        List<String> diffs = new ArrayList<>();
        for (int i = 0; i < layerSizes.length; i++) {
            byte[] tar = tar("layer-" + i + ".bin", random(seed + i, layerSizes[i]));
            diffs.add('"' + sha256(tar) + '"');
            byte[] packed = compression == Compression.GZIP ? gzip(tar) : zstd(tar);
            layers.add(descriptor(compression.mediaType, put(blobs, packed), packed.length));
        }
        return image(blobs, architecture, seed, diffs, layers);
    }

    private static TestImage image(
            Map<String, byte[]> blobs, String architecture, long seed, List<String> diffs, List<String> layers) {
        byte[] config =
                """
                {"architecture":"%s","os":"linux","config":{"Labels":{"seed":"%d"}},"rootfs":{"type":"layers","diff_ids":[%s]}}""".formatted(architecture, seed, String.join(",", diffs)).getBytes(StandardCharsets.UTF_8);
        String configDescriptor =
                descriptor("application/vnd.oci.image.config.v1+json", put(blobs, config), config.length);
        byte[] manifest = """
                {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}""".formatted(MANIFEST, configDescriptor, String.join(",", layers))
                .getBytes(StandardCharsets.UTF_8);
        return new TestImage(blobs, MANIFEST, put(blobs, manifest));
    }

    /** Two images of two platforms under one index. */
    static TestImage index(long seed, int layerSize) {
        Map<String, byte[]> blobs = new LinkedHashMap<>();
        List<String> entries = new ArrayList<>();
        for (String architecture : List.of("amd64", "arm64")) {
            TestImage image = of(seed + architecture.hashCode(), architecture, Compression.GZIP, layerSize);
            blobs.putAll(image.blobs);
            String descriptor = descriptor(MANIFEST, image.digest, image.manifest().length);
            entries.add(descriptor.substring(0, descriptor.length() - 1)
                    + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"}}");
        }
        byte[] index = """
                {"schemaVersion":2,"mediaType":"%s","manifests":[%s]}""".formatted(INDEX, String.join(",", entries)).getBytes(StandardCharsets.UTF_8);
        return new TestImage(blobs, INDEX, put(blobs, index));
    }

    /** An artifact whose one layer is {@code content}; with a {@code subject} it refers to that. */
    static TestImage artifact(String artifactType, byte[] content, TestImage subject) {
        Map<String, byte[]> blobs = new LinkedHashMap<>();
        byte[] empty = "{}".getBytes(StandardCharsets.UTF_8);
        String config = descriptor(EMPTY_JSON, put(blobs, empty), empty.length);
        String layer = descriptor("application/octet-stream", put(blobs, content), content.length);
        String refers = subject == null
                ? ""
                : ",\"subject\":" + descriptor(subject.mediaType, subject.digest, subject.manifest().length);
        byte[] manifest =
                """
                {"schemaVersion":2,"mediaType":"%s","artifactType":"%s","config":%s,"layers":[%s]%s}""".formatted(MANIFEST, artifactType, config, layer, refers).getBytes(StandardCharsets.UTF_8);
        return new TestImage(blobs, MANIFEST, put(blobs, manifest));
    }

    byte[] manifest() {
        return blob(digest);
    }

    byte[] blob(String digest) {
        byte[] bytes = blobs.get(digest);
        if (bytes == null) {
            throw new IllegalArgumentException("no blob " + digest);
        }
        return bytes;
    }

    /** Digests of everything that is not JSON: the layers, the largest first. */
    List<String> layers() {
        return blobs.entrySet().stream()
                .filter(entry -> entry.getValue()[0] != '{')
                .sorted((one, other) -> other.getValue().length - one.getValue().length)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Digests of the manifests, those of an index before the index itself. */
    List<String> manifests() {
        return blobs.entrySet().stream()
                .filter(entry ->
                        new String(entry.getValue(), StandardCharsets.ISO_8859_1).startsWith("{\"schemaVersion\":2"))
                .map(Map.Entry::getKey)
                .toList();
    }

    long layerBytes() {
        return layers().stream().mapToLong(layer -> blob(layer).length).sum();
    }

    /** Writes an OCI layout with this image under one name, as skopeo, crane, regctl and oras read it. */
    Path writeLayout(Path folder, String name) {
        try {
            Path sha256 = Files.createDirectories(folder.resolve("blobs/sha256"));
            for (Map.Entry<String, byte[]> blob : blobs.entrySet()) {
                Files.write(sha256.resolve(blob.getKey().substring("sha256:".length())), blob.getValue());
            }
            Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
            String descriptor = descriptor(mediaType, digest, manifest().length);
            Files.writeString(folder.resolve("index.json"), """
                    {"schemaVersion":2,"mediaType":"%s","manifests":[%s,"annotations":{"org.opencontainers.image.ref.name":"%s"}}]}""".formatted(
                            INDEX, descriptor.substring(0, descriptor.length() - 1), name));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same layout as one tar, as podman and containerd import it. */
    Path writeArchive(Path file, String name) {
        try (TestFolder folder = TestFolder.create()) {
            writeLayout(folder.path(), name);
            Command.in(folder.path(), Path.of("/bin/tar"))
                    .with("-cf", file, "oci-layout", "index.json", "blobs")
                    .text();
            return file;
        }
    }

    static String sha256(byte[] bytes) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] random(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static String descriptor(String mediaType, String digest, long size) {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + digest + "\",\"size\":" + size + "}";
    }

    private static String put(Map<String, byte[]> blobs, byte[] bytes) {
        String digest = sha256(bytes);
        blobs.put(digest, bytes);
        return digest;
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    private static byte[] zstd(byte[] bytes) {
        try (TestFolder folder = TestFolder.create()) {
            Path plain = Files.write(folder.path().resolve("plain"), bytes);
            Command.in(folder.path(), Clients.require("zstd"))
                    .with("-q", "-o", "packed", plain)
                    .text();
            return Files.readAllBytes(folder.path().resolve("packed"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The smallest tar there is: one ustar header, the content, two empty blocks. */
    static byte[] tar(String name, byte[] content) {
        byte[] header = new byte[512];
        write(header, 0, name);
        write(header, 100, "0000644\0");
        write(header, 108, "0000000\0");
        write(header, 116, "0000000\0");
        write(header, 124, "%011o\0".formatted(content.length));
        write(header, 136, "00000000000\0");
        write(header, 148, "        ");
        write(header, 156, "0");
        write(header, 257, "ustar\00000");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        write(header, 148, "%06o\0 ".formatted(sum));
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        tar.writeBytes(header);
        tar.writeBytes(content);
        tar.writeBytes(new byte[(512 - content.length % 512) % 512 + 1024]);
        return tar.toByteArray();
    }

    private static void write(byte[] target, int offset, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, target, offset, bytes.length);
    }
}
