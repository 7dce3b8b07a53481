package dev.mangrove.cli;

import java.util.regex.Pattern;

/**
 * One setting that Mangrove knows.
 *
 * @param name dotted name; {@code N} stands for the number of an item in a list
 * @param kind what its values look like
 * @param usual the value if it is not set; empty if it then simply has none
 * @param about one line for the reference in {@code docs/operations.md}
 */
public record ConfigKey(String name, ValueKind kind, String usual, String about) {
    /** Whether a key of a configuration, with real numbers in place of {@code N}, is this one. */
    boolean matches(String key) {
        return name.indexOf('N') < 0
                ? name.equals(key)
                : Pattern.matches(name.replace(".", "\\.").replace("N", "[0-9]{1,3}"), key);
    }
}
