package dev.mangrove.distribution;

import dev.mangrove.http.Headers;
import dev.mangrove.http.RequestHead;
import dev.mangrove.oci.Descriptor;
import dev.mangrove.oci.Digest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One page of a list of referrers. Pages are cut by bytes, as late as possible: containerd and crane read the first page
 * only, and up to about 4 MiB of it. In digest order, so that a page begins where the one before ended, whatever came or
 * went meanwhile.
 *
 * @param shown the descriptors of this page
 * @param more whether others follow
 */
record ReferrersPage(List<Descriptor> shown, boolean more) {
    /** Of a page; one descriptor is shown whatever its size. */
    static final int MAX_BYTES = 4_000_000;

    /** What a descriptor takes beside its texts. */
    private static final int FRAME_BYTES = 120;

    /** Of a text in JSON, at most, for each of its characters. */
    private static final int ESCAPED_BYTES = 6;

    ReferrersPage {
        shown = List.copyOf(shown);
    }

    static ReferrersPage of(List<Descriptor> all, Optional<Digest> last) {
        Comparator<Descriptor> order =
                Comparator.comparing(descriptor -> descriptor.digest().toString());
        List<Descriptor> left = all.stream()
                .filter(each -> last.isEmpty()
                        || each.digest().toString().compareTo(last.get().toString()) > 0)
                .sorted(order)
                .toList();
        long bytes = 0;
        int count = 0;
        while (count < left.size() && (count == 0 || bytes + bytes(left.get(count)) <= MAX_BYTES)) {
            bytes += bytes(left.get(count++));
        }
        return new ReferrersPage(left.subList(0, count), count < left.size());
    }

    /** Never less than what {@link DescriptorJson} writes. */
    private static long bytes(Descriptor descriptor) {
        long bytes = FRAME_BYTES
                + descriptor.mediaType().value().length()
                + descriptor.digest().toString().length()
                + bytes(descriptor.artifactType().orElse(""));
        for (Map.Entry<String, String> each : descriptor.annotations().entrySet()) {
            bytes += bytes(each.getKey()) + bytes(each.getValue()) + ESCAPED_BYTES;
        }
        return bytes;
    }

    private static long bytes(String text) {
        return text.chars()
                .mapToLong(c -> c >= ' ' && c < 0x7f && c != '"' && c != '\\' ? 1 : ESCAPED_BYTES)
                .sum();
    }

    /** The link to the next page, relative, if there is one. */
    Headers link(RequestHead head) {
        if (!more) {
            return Headers.none();
        }
        StringBuilder next = new StringBuilder(head.rawPath())
                .append("?last=")
                .append(encoded(shown.getLast().digest().toString()));
        for (String kept : List.of("artifactType", "ns", Listings.HELD_BASE)) {
            head.query(kept)
                    .ifPresent(
                            value -> next.append('&').append(kept).append('=').append(encoded(value)));
        }
        return Headers.of("Link", "<" + next + ">; rel=\"next\"");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
