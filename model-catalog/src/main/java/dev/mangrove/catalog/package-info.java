/**
 * The catalog as a process: its settings and the composition of its parts. Everything else knows only what it is given.
 */
@NullMarked
package dev.mangrove.catalog;

import org.jspecify.annotations.NullMarked;
