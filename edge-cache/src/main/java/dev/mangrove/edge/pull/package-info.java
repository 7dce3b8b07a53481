/**
 * {@code mangrove pull}: an artifact's files, laid into a folder. Paths come from outside and are checked before anything
 * is made of them; bytes are verified before they get their name.
 */
@NullMarked
package dev.mangrove.edge.pull;

import org.jspecify.annotations.NullMarked;
