/**
 * What a region and an agent are made of: settings read once, and the composition of store, pull-through, push forwarding
 * and server. The roles themselves say only in what they differ.
 */
@NullMarked
package dev.mangrove.proxy.node;

import org.jspecify.annotations.NullMarked;
