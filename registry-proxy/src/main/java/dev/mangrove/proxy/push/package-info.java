/**
 * Pushes through a node: handed on to the home catalog as they stream in, with the client's own login; nothing is stored
 * here and no right of ours is used. May import {@code http}, {@code distribution} and {@code oci}.
 */
@NullMarked
package dev.mangrove.proxy.push;

import org.jspecify.annotations.NullMarked;
