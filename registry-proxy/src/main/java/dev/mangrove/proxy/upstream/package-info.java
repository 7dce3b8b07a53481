/**
 * The registries content may come from: a closed list from configuration. A request selects from it and never names a
 * host to dial. May import {@code distribution.client}, {@code content} and {@code oci}.
 */
@NullMarked
package dev.mangrove.proxy.upstream;

import org.jspecify.annotations.NullMarked;
