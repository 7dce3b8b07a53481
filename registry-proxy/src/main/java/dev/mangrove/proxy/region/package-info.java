/** The region: a pull-through proxy near many sites, over TLS, with its view in RocksDB. */
@NullMarked
package dev.mangrove.proxy.region;

import org.jspecify.annotations.NullMarked;
