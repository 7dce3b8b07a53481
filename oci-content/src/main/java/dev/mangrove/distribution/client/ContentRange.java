package dev.mangrove.distribution.client;

import dev.mangrove.oci.ByteRange;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code Content-Range: bytes FIRST-LAST/SIZE} of a 206 (RFC 9110, 14.4); the size may be unknown. */
record ContentRange(ByteRange range, OptionalLong sizeBytes) {
    private static final Pattern GRAMMAR = Pattern.compile("bytes\\s+([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\\*)");

    static Optional<ContentRange> parse(String header) {
        Matcher m = GRAMMAR.matcher(header.strip());
        if (!m.matches()) {
            return Optional.empty();
        }
        long first = Long.parseLong(m.group(1));
        long last = Long.parseLong(m.group(2));
        OptionalLong size = m.group(3).equals("*") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(m.group(3)));
        if (last < first || (size.isPresent() && last >= size.getAsLong())) {
            return Optional.empty();
        }
        return Optional.of(new ContentRange(new ByteRange(first, last - first + 1), size));
    }
}
