package dev.mangrove.distribution;

import dev.mangrove.http.Headers;
import java.util.ArrayList;
import java.util.List;

/**
 * The nodes a request has passed, from its {@code Via} headers (RFC 9110, 7.6.3). A node that finds itself there is in a
 * loop and answers 508. The server binds {@link #CURRENT} around a request; whatever the request asks of an upstream
 * carries the chain on, also when another thread does the asking: it captures the chain first.
 */
public record Via(List<String> nodes) {
    /** Longest chain kept; a longer one is a loop of nodes that forget their names, and counts as one. */
    public static final int MAX_NODES = 16;

    /** The chain of the request this thread works for. */
    public static final ScopedValue<Via> CURRENT = ScopedValue.newInstance();

    /** A request that comes from a client, or from nowhere: a job of this node. */
    public static final Via NONE = new Via(List.of());

    public Via {
        nodes = List.copyOf(nodes);
    }

    /** The chain of the request this thread works for; {@link #NONE} outside of any. */
    public static Via current() {
        return CURRENT.orElse(NONE);
    }

    /** Reads every {@code Via} header: {@code 1.1 NODE, 1.1 NODE (comment)}. What has another shape is skipped. */
    public static Via of(Headers headers) {
        List<String> nodes = new ArrayList<>();
        for (String value : headers.all("Via")) {
            for (String hop : value.split(",", -1)) {
                String[] parts = hop.strip().split("\\s+", 3);
                if (parts.length >= 2 && nodes.size() <= MAX_NODES) {
                    nodes.add(parts[1]);
                }
            }
        }
        return new Via(nodes);
    }

    /** Whether the request came through that node already, or through too many. */
    public boolean passed(String node) {
        return nodes.size() > MAX_NODES || nodes.contains(node);
    }

    /** The header field that carries this chain, with {@code node} at its end, to the next hop. */
    public Headers next(String node) {
        StringBuilder value = new StringBuilder();
        nodes.forEach(passed -> value.append("1.1 ").append(passed).append(", "));
        return Headers.of("Via", value.append("1.1 ").append(node).toString());
    }
}
