/** The agent of a node: pull-through on the loopback, with its view on the heap. */
@NullMarked
package dev.mangrove.edge.agent;

import org.jspecify.annotations.NullMarked;
