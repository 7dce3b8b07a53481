package dev.mangrove.delta.artifact;

import dev.mangrove.oci.MediaType;

/** The names of delta artifacts on the wire; fixed in {@code docs/names.md}. */
public final class DeltaNames {
    /** What a manifest that carries deltas is. */
    public static final String ARTIFACT_TYPE = "application/vnd.mangrove.delta.v1+json";

    /** Its config: a {@link DeltaReport}. */
    public static final MediaType CONFIG = new MediaType("application/vnd.mangrove.delta.config.v1+json");

    /** Its layers: one delta each, see {@code docs/formats/delta.md}. */
    public static final MediaType SEGMENTS = new MediaType("application/vnd.mangrove.delta.segments.v1");

    /** Further layers: the adapters that deltas read beside their base, so that they stay as long as the deltas do. */
    public static final MediaType ADAPTER = new MediaType("application/vnd.mangrove.delta.adapter.v1");

    /** Annotation of a model: digest of the manifest, in its own repository, of a low-rank adapter merged into it. */
    public static final String MERGED_ADAPTER = "dev.mangrove.base.adapter";

    /** Query parameter of a referrers request: digest of the newest manifest of which the asker holds blobs. */
    public static final String HELD_BASE = "mangrove-base";

    static final String FROM = "io.github.containers.delta.from";
    static final String ADAPTERS = "dev.mangrove.delta.adapters";
    static final String TO = "io.github.containers.delta.to";
    static final String TARGET = "io.github.containers.delta.target";
    static final String BASE_MANIFEST = "dev.mangrove.delta.base.manifest";
    static final String RAW_SIZE = "dev.mangrove.delta.raw-size";
    static final String CODEC = "dev.mangrove.delta.codec";
    static final String APPLY_RAM = "dev.mangrove.delta.apply-ram";

    private DeltaNames() {}
}
