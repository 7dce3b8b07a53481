/**
 * The client end of the OCI distribution protocol: manifests, blobs with resume, tags, referrers, push; logins, tokens,
 * redirects, throttling. Composed of {@link dev.mangrove.distribution.client.ScopedCaller} layers, each of which does one
 * thing, over an {@link dev.mangrove.http.HttpCaller}.
 *
 * <p>May import {@code http}, {@code content}, {@code oci} and {@code distribution}. Everything is safe for any thread
 * and blocks the (virtual) thread that calls, unless it says otherwise. A credential is bound to the {@link
 * dev.mangrove.distribution.client.WebOrigin} it was given for, and leaves this package in no message.
 */
@NullMarked
package dev.mangrove.distribution.client;

import org.jspecify.annotations.NullMarked;
