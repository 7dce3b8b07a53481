/**
 * Makes artifacts of what lies on a disk: ModelPack artifacts of model folders, referrers of files. The ORAS Java SDK
 * models manifests here and nowhere else; the bytes are moved by the client of {@code distribution} (why: {@code
 * docs/decisions/0050-oras-models-manifests.md}).
 */
@NullMarked
package dev.mangrove.catalog.packaging;

import org.jspecify.annotations.NullMarked;
