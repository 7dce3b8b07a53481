package dev.mangrove.catalog.archive;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The path of an entry below the root of its archive, in one spelling: {@code ./blobs//sha256/} is {@code blobs/sha256}.
 * A path that leaves the archive never becomes one, though nothing would be written there: whoever writes such a path
 * means no good, and the next program that reads the archive may be less careful.
 */
record EntryName(String value) {
    private static final int MAX_CHARS = 512;

    /** The name of an entry, as the tar spells it. */
    static EntryName of(String spelled) {
        check(spelled);
        Deque<String> parts = new ArrayDeque<>();
        for (String part : spelled.split("/", -1)) {
            if (part.equals("..")) {
                throw Refused.because("the entry " + Refused.shown(spelled) + " has .. in its path");
            }
            add(parts, part);
        }
        return new EntryName(String.join("/", parts));
    }

    /** What a symbolic link with this name points to. */
    EntryName follow(String target) {
        check(target);
        Deque<String> parts = new ArrayDeque<>();
        int slash = value.lastIndexOf('/');
        for (String part : (slash < 0 ? "" : value.substring(0, slash)).split("/", -1)) {
            add(parts, part);
        }
        for (String part : target.split("/", -1)) {
            if (!part.equals("..")) {
                add(parts, part);
            } else if (parts.pollLast() == null) {
                throw Refused.because("the link " + Refused.shown(value) + " leaves the archive");
            }
        }
        return new EntryName(String.join("/", parts));
    }

    private static void check(String spelled) {
        if (spelled.startsWith("/") || spelled.indexOf('\\') >= 0 || spelled.indexOf(0) >= 0) {
            throw Refused.because("the path " + Refused.shown(spelled) + " is not one below the archive");
        }
        if (spelled.length() > MAX_CHARS) {
            throw Refused.because(
                    "the path " + Refused.shown(spelled) + " is longer than " + MAX_CHARS + " characters");
        }
    }

    private static void add(Deque<String> parts, String part) {
        if (!part.isEmpty() && !part.equals(".")) {
            parts.addLast(part);
        }
    }
}
