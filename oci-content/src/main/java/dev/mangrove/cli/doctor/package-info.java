/**
 * Looks for what keeps a node from working, and says what to do about it. Changes nothing. Every check is given what it
 * looks at, so that tests give it something else.
 */
@NullMarked
package dev.mangrove.cli.doctor;

import org.jspecify.annotations.NullMarked;
