/**
 * The catalog's own certificate authority and secrets, kept under {@code trust/} of its store. The only package that makes
 * certificates, with BouncyCastle; no other module has that library.
 */
@NullMarked
package dev.mangrove.catalog.authority;

import org.jspecify.annotations.NullMarked;
