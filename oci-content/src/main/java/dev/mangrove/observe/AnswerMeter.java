package dev.mangrove.observe;

import dev.mangrove.http.Body;
import dev.mangrove.http.HttpExchange;
import dev.mangrove.http.RequestHead;
import dev.mangrove.http.Response;
import dev.mangrove.oci.ByteRange;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** An exchange that notes what was answered, when, and how many bytes of a body were sent. Used by one thread. */
final class AnswerMeter implements HttpExchange {
    private final HttpExchange exchange;
    private final LongSupplier nanoClock;
    private final AtomicLong sentBytes = new AtomicLong();
    private int status;
    private String source = "-";
    private long answeredAtNanos;
    private boolean whole;

    AnswerMeter(HttpExchange exchange, LongSupplier nanoClock) {
        this.exchange = exchange;
        this.nanoClock = nanoClock;
    }

    @Override
    public RequestHead request() {
        return exchange.request();
    }

    @Override
    public InputStream body() {
        return exchange.body();
    }

    @Override
    public boolean responded() {
        return exchange.responded();
    }

    @Override
    public void respond(Response response) throws IOException {
        status = response.status();
        source = response.headers().first("Mangrove-Source").orElse("-");
        answeredAtNanos = nanoClock.getAsLong();
        boolean head = request().method().equals("HEAD");
        exchange.respond(head ? response : new Response(status, response.headers(), metered(response.body())));
        whole = true;
        if (!head) {
            sentBytes.addAndGet(lengthAtHand(response.body()));
        }
    }

    /** The status; empty if there was no answer. */
    Optional<Integer> status() {
        return status == 0 ? Optional.empty() : Optional.of(status);
    }

    /** Whether all of the answer was sent. */
    boolean whole() {
        return whole;
    }

    /** Where the bytes came from, by the answer's own header. */
    String source() {
        return source;
    }

    /** Body bytes given to the socket; of a file that broke off, none. */
    long sentBytes() {
        return sentBytes.get();
    }

    /** When the answer began. */
    long answeredAtNanos() {
        return answeredAtNanos;
    }

    /** What is known to be sent only when all is. */
    private long lengthAtHand(Body body) {
        return switch (body) {
            case Body.Bytes bytes -> bytes.bytes().length;
            case Body.FileSlice slice -> slice.range().length();
            case Body.ArrivingSlice a -> a.range().length() - sentBytes.get();
            case Body.Empty e -> 0;
            case Body.LengthOnly l -> 0;
            case Body.Stream s -> 0;
            case Body.Chunked c -> 0;
        };
    }

    private Body metered(Body body) {
        return switch (body) {
            case Body.Stream stream -> new Body.Stream(new MeteredInput(stream.bytes()), stream.lengthBytes());
            case Body.ArrivingSlice(FileChannel file, ByteRange range, Body.Arrival arrival) ->
                new Body.ArrivingSlice(file, range, offset -> {
                    sentBytes.set(offset - range.offset()); // whoever asks for more has sent what was there
                    return arrival.awaitBeyond(offset);
                });
            case Body.Chunked chunked ->
                new Body.Chunked(out -> {
                    MeteredOutput metered = new MeteredOutput(out);
                    chunked.writer().writeTo(metered);
                    metered.flush();
                });
            default -> body;
        };
    }

    private final class MeteredInput extends FilterInputStream {
        MeteredInput(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            sentBytes.addAndGet(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = super.read(target, offset, length);
            sentBytes.addAndGet(Math.max(0, count));
            return count;
        }
    }

    private final class MeteredOutput extends FilterOutputStream {
        MeteredOutput(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int value) throws IOException {
            out.write(value);
            sentBytes.incrementAndGet();
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            sentBytes.addAndGet(length);
        }
    }
}
