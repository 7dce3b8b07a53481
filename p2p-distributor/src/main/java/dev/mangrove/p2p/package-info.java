/**
 * Sharing leaves between the nodes of one site: who has what, and from whom to take it.
 */
@NullMarked
package dev.mangrove.p2p;

import org.jspecify.annotations.NullMarked;
