/**
 * The OCI distribution protocol, both ends: handlers that speak it over what a role offers ({@link
 * dev.mangrove.distribution.Registry}), and a client that is a content source.
 *
 * <p>May import {@code http}, {@code content} and {@code oci}.
 */
@NullMarked
package dev.mangrove.distribution;

import org.jspecify.annotations.NullMarked;
