package dev.mangrove.oci;

import java.util.regex.Pattern;

/** A movable name of a manifest inside a repository. */
public record Tag(String value) implements Reference, Comparable<Tag> {
    private static final Pattern GRAMMAR = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

    public Tag {
        if (!GRAMMAR.matcher(value).matches()) {
            throw new InvalidNameException("tag", value, "expected 1-128 characters of a-z A-Z 0-9 _ . -");
        }
    }

    @Override
    public int compareTo(Tag other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
