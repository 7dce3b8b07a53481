/**
 * The catalog as a registry: what is pushed and pulled, over blob files and the names log.
 *
 * <p>May import {@code oci}, {@code content} with its {@code log}, and {@code distribution}. Everything is safe for any
 * thread; nothing here has a thread of its own.
 */
@NullMarked
package dev.mangrove.catalog.registry;

import org.jspecify.annotations.NullMarked;
