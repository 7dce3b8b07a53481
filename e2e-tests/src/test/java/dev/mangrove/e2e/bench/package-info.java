/**
 * Programs that measure the main job, run by hand; not tests. {@code docs/measurements.md} has their commands and what
 * they printed.
 */
package dev.mangrove.e2e.bench;
