/**
 * How a blob is to be had: whole, or by a delta from what is here. One place makes the plan, as a value; another carries
 * it out. May import {@code delta}, {@code pullthrough} (its {@code Shortcut} and {@code RoomMaker}), {@code
 * distribution}, {@code content} and {@code oci}.
 *
 * <p>Runs on the threads of fills. Few deltas are applied at once, since each takes some megabytes and a core.
 */
@NullMarked
package dev.mangrove.proxy.plan;

import org.jspecify.annotations.NullMarked;
