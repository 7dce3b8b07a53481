/**
 * Pull-through: what a region and an agent serve is fetched once from upstream, verified, kept, and served from then on
 * with or without the upstream. May import {@code upstream}, {@code distribution}, {@code content} and {@code oci}.
 *
 * <p>A fill runs on a virtual thread of its own and belongs to no client. Readers wait on the partial blob. Nobody is
 * interrupted.
 */
@NullMarked
package dev.mangrove.proxy.pullthrough;

import org.jspecify.annotations.NullMarked;
