/** The verbs {@code mangrove delta make|apply|inspect}. */
@NullMarked
package dev.mangrove.delta.command;

import org.jspecify.annotations.NullMarked;
