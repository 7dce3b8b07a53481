package dev.mangrove.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LingerTest {
    private static long seconds(long count) {
        return TimeUnit.SECONDS.toNanos(count);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -5, Long.MAX_VALUE - 1_000})
    void eachByteGivesTwoMoreSecondsAndAllTogetherThirty(long began) {
        Linger linger = new Linger(began);
        assertEquals(seconds(2), linger.deadlineNanos(began) - began);
        assertEquals(seconds(9), linger.deadlineNanos(began + seconds(7)) - began);
        assertEquals(seconds(30), linger.deadlineNanos(began + seconds(28)) - began);
        assertEquals(seconds(30), linger.deadlineNanos(began + seconds(29)) - began);
    }
}
