/**
 * The program {@code mangrove}: finds the verbs and roles that the modules on the class path contribute.
 */
@NullMarked
package dev.mangrove.cli;

import org.jspecify.annotations.NullMarked;
