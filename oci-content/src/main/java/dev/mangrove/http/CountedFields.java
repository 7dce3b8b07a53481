package dev.mangrove.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.TooLongHttpHeaderException;

/**
 * The fields of a head while it is decoded, of which there are only so many: one on the heap takes many times its four
 * bytes on the wire, so a limit on the bytes of a head alone does not bound what it costs.
 */
final class CountedFields extends DefaultHttpHeaders {
    /** Far more than a proxy chain adds to what a client sends. */
    static final int MAX_FIELDS = 200;

    /** What one field takes on the heap besides its characters, in Netty's types and in {@link Headers} together. */
    static final int BYTES_PER_FIELD = 256;

    private CountedFields(DefaultHttpHeadersFactory checks) {
        super(checks.getNameValidator(), checks.getValueValidator());
    }

    /** Has heads and trailers counted. */
    static HttpDecoderConfig limit(HttpDecoderConfig config) {
        return config.setHeadersFactory(factory(DefaultHttpHeadersFactory.headersFactory()))
                .setTrailersFactory(factory(DefaultHttpHeadersFactory.trailersFactory()));
    }

    private static HttpHeadersFactory factory(DefaultHttpHeadersFactory checks) {
        return new HttpHeadersFactory() {
            @Override
            public HttpHeaders newHeaders() {
                return new CountedFields(checks);
            }

            @Override
            public HttpHeaders newEmptyHeaders() {
                return new CountedFields(checks);
            }
        };
    }

    /** The one way in which the decoder adds a field. */
    @Override
    public HttpHeaders add(CharSequence name, Object value) {
        if (size() >= MAX_FIELDS) {
            throw new TooLongHttpHeaderException("more than " + MAX_FIELDS + " fields");
        }
        return super.add(name, value);
    }
}
