package dev.mangrove.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class that left a buffer of Netty unreleased. */
public final class NoLeaks implements BeforeAllCallback, AfterAllCallback {
    private static final int COLLECTIONS = 3;
    private static final Logger DETECTOR = Logger.getLogger(ResourceLeakDetector.class.getName());
    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

    static {
        DETECTOR.addHandler(new Handler() {
            @Override
            public void publish(LogRecord record) {
                if (record.getMessage() != null && record.getMessage().contains("LEAK")) {
                    LEAKS.add(record.getMessage());
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            reportOfTheDetector();
        }
        assertEquals(List.of(), List.copyOf(LEAKS));
    }

    /** The detector reports what the collector found when the next buffer is tracked. */
    private static void reportOfTheDetector() {
        ByteBuf tracked = UnpooledByteBufAllocator.DEFAULT.directBuffer();
        tracked.release();
    }
}
