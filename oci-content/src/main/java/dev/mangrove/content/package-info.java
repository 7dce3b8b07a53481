/**
 * Where content comes from and where it is kept: contracts, requests, failures. Implementations: {@code content.files}
 * (blob files), {@code content.log} (the names log), {@code content.keyvalue} (views).
 *
 * <p>May import {@code oci} only. Readers are lent through callbacks; a stream that ends early or wrong ends with an
 * error, never with end-of-file. Nobody interrupts a thread that touches a shared {@code FileChannel}.
 */
@NullMarked
package dev.mangrove.content;

import org.jspecify.annotations.NullMarked;
