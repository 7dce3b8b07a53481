package dev.mangrove.http;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseDecoder;

/** Decodes answers, of which those to HEAD have no body whatever their fields say. */
final class ResponseDecoder extends HttpResponseDecoder {
    private volatile boolean toHead;

    ResponseDecoder(HttpDecoderConfig limits) {
        super(limits);
    }

    /** Before a request is sent. */
    void expectAnswerToHead(boolean head) {
        toHead = head;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        return toHead || super.isContentAlwaysEmpty(message);
    }
}
