/**
 * {@code mangrove demo}: catalog, region and agent on one machine, a model and an image on their way through all three,
 * and a table of what each hop carried, from the counters of the three processes. Other modules' roles are found by name.
 */
@NullMarked
package dev.mangrove.catalog.demo;

import org.jspecify.annotations.NullMarked;
