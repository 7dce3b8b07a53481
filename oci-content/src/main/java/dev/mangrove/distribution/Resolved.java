package dev.mangrove.distribution;

import dev.mangrove.content.Origin;
import dev.mangrove.oci.ManifestContent;
import java.util.Optional;

/**
 * A manifest found.
 *
 * @param origin where its bytes came from for this answer
 * @param warning text for a {@code Warning: 299} header, for example that the tag could not be checked upstream
 */
public record Resolved(ManifestContent manifest, Origin origin, Optional<String> warning) {}
