package dev.mangrove.distribution;

import dev.mangrove.oci.ByteRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a {@code Range} header asks of a blob whose size is known (RFC 9110, 14). */
sealed interface RangeHeader {
    /** Most ranges served in one answer: what podman asks at most for a zstd:chunked layer. */
    int MAX_RANGES = 1024;

    /** The header does not count: the whole is sent. */
    record Ignored() implements RangeHeader {}

    /** These parts, in the order asked; one or more, none empty. */
    record Parts(List<ByteRange> ranges) implements RangeHeader {
        public Parts {
            ranges = List.copyOf(ranges);
        }
    }

    /** Nothing asked for is inside the blob. */
    record Unsatisfiable() implements RangeHeader {}

    /** More ranges than {@link #MAX_RANGES}; the client may ask for fewer. */
    record TooMany() implements RangeHeader {}

    /**
     * Reads the header. A unit other than bytes, garbage, and parts that overlap to more than the whole are ignored; a
     * range that ends before it starts is unsatisfiable, as the conformance suite wants it, though the RFC would allow to
     * ignore it.
     */
    static RangeHeader parse(String header, long sizeBytes) {
        String prefix = "bytes=";
        if (!header.strip().toLowerCase(Locale.ROOT).startsWith(prefix)) {
            return new Ignored();
        }
        String[] specs = header.strip().substring(prefix.length()).split(",", MAX_RANGES + 1);
        if (specs.length > MAX_RANGES) {
            return new TooMany();
        }
        List<ByteRange> ranges = new ArrayList<>();
        long total = 0;
        for (String spec : specs) {
            Optional<Bounds> bounds = Bounds.parse(spec.strip());
            if (bounds.isEmpty()) {
                return new Ignored();
            }
            Optional<ByteRange> range = bounds.get().within(sizeBytes);
            range.ifPresent(ranges::add);
            total += range.map(ByteRange::length).orElse(0L);
            if (total > sizeBytes) {
                return new Ignored();
            }
        }
        return ranges.isEmpty() ? new Unsatisfiable() : new Parts(ranges);
    }

    /** First and last byte as written; -1 where nothing was. */
    record Bounds(long first, long last) {
        static Optional<Bounds> parse(String spec) {
            int dash = spec.indexOf('-');
            if (dash < 0 || spec.length() == 1) {
                return Optional.empty();
            }
            Optional<Long> first = number(spec.substring(0, dash));
            Optional<Long> last = number(spec.substring(dash + 1));
            return first.flatMap(from -> last.map(to -> new Bounds(from, to)));
        }

        private static Optional<Long> number(String digits) {
            if (digits.isEmpty()) {
                return Optional.of(-1L);
            }
            if (!digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Optional.empty();
            }
            try {
                return Optional.of(Long.parseLong(digits));
            } catch (NumberFormatException e) {
                return Optional.of(Long.MAX_VALUE);
            }
        }

        Optional<ByteRange> within(long sizeBytes) {
            if (first < 0) {
                long length = Math.min(last, sizeBytes);
                return length == 0 ? Optional.empty() : Optional.of(new ByteRange(sizeBytes - length, length));
            }
            long end = last < 0 ? sizeBytes : Math.min(last, sizeBytes - 1) + 1;
            boolean backwards = last >= 0 && last < first;
            return backwards || first >= sizeBytes ? Optional.empty() : Optional.of(new ByteRange(first, end - first));
        }
    }
}
