/**
 * Who may do what at the catalog: users in an htpasswd file, rules per namespace, tokens in the form that registry clients
 * expect.
 *
 * <p>May import {@code oci}, {@code content}, {@code http} and {@code distribution}. Everything is safe for any thread.
 */
@NullMarked
package dev.mangrove.catalog.access;

import org.jspecify.annotations.NullMarked;
