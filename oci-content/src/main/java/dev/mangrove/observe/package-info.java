/**
 * What operators see of a process: metrics in the text format of Prometheus, probes, and one log line for each request.
 *
 * <p>The registry is a small one of our own: the agent has to fit into 100 MiB, and counters, gauges and histograms are
 * all that is needed. May import {@code http}. Safe for any thread. Nothing here ever holds a credential or a query.
 */
@NullMarked
package dev.mangrove.observe;

import org.jspecify.annotations.NullMarked;
