package dev.mangrove.proxy.push;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The query of an upload's address, and which parent it is at: {@code mangrove-parent=N}, put there by this node when the
 * parent gave the address out. Each node on the way adds one of its own at the end and takes the last one off again.
 *
 * @param query what the parent gave
 * @param marked the number found; empty if there was none
 */
record UploadAddress(String query, OptionalInt marked) {
    private static final String MARK = "mangrove-parent=";

    static UploadAddress of(String rawQuery) {
        List<String> pairs = new ArrayList<>(List.of(rawQuery.split("&", -1)));
        for (int i = pairs.size() - 1; i >= 0; i--) {
            String pair = pairs.get(i);
            if (pair.startsWith(MARK) && pair.substring(MARK.length()).matches("[0-9]{1,3}")) {
                pairs.remove(i);
                int parent = Integer.parseInt(pair.substring(MARK.length()));
                return new UploadAddress(String.join("&", pairs), OptionalInt.of(parent));
            }
        }
        return new UploadAddress(rawQuery, OptionalInt.empty());
    }

    /** The parent it is at, if there is one of that number. */
    OptionalInt parent(int parents) {
        return marked.isPresent() && marked.getAsInt() < parents ? marked : OptionalInt.empty();
    }

    /** The address as clients of this node get it: of the parent's, path and query, with its number. */
    static String marked(String pathAndQuery, int parent) {
        return pathAndQuery + (pathAndQuery.indexOf('?') < 0 ? "?" : "&") + MARK + parent;
    }
}
