/**
 * HTTP/1.1 plumbing on Netty, both ends. The only package that imports {@code io.netty}.
 *
 * <p>Event loops do sockets, TLS, framing and sendfile; each request is a straight script on a virtual thread. Two bridge
 * classes are the only crossing. No buffer of Netty leaves this package. May import {@code content} and {@code oci}.
 */
@NullMarked
package dev.mangrove.http;

import org.jspecify.annotations.NullMarked;
