package dev.mangrove.http;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.Iterator;
import java.util.Map;

/** Copies header fields out of Netty's types. */
final class NettyHeaders {
    private NettyHeaders() {}

    static Headers read(HttpHeaders source) {
        Headers.Builder builder = Headers.builder(source.size());
        Iterator<Map.Entry<CharSequence, CharSequence>> fields = source.iteratorCharSequence();
        while (fields.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = fields.next();
            builder.add(field.getKey().toString(), field.getValue().toString());
        }
        return builder.build();
    }
}
