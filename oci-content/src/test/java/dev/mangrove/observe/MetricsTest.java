package dev.mangrove.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class MetricsTest {
    private final Metrics metrics = new Metrics();

    @Test
    void writesTheTextFormat() {
        Counter counter = metrics.counter("b_total", "Of b.", "kind", "code");
        counter.add(2, "x\"y\\z\n", "200");
        counter.add(3, "a", "404");
        counter.add(1, "a", "404");
        metrics.gauge("a_bytes", "Of a.", () -> 1.5);
        metrics.counter("d_total", "Of d.");
        Histogram histogram = metrics.histogram("c_seconds", "Of c.", 0.1, 1);
        histogram.observe(0.1);
        histogram.observe(0.5);
        histogram.observe(7);
        assertEquals("""
                # HELP a_bytes Of a.
                # TYPE a_bytes gauge
                a_bytes 1.5
                # HELP b_total Of b.
                # TYPE b_total counter
                b_total{kind="a",code="404"} 4
                b_total{kind="x\\"y\\\\z\\n",code="200"} 2
                # HELP c_seconds Of c.
                # TYPE c_seconds histogram
                c_seconds_bucket{le="0.1"} 1
                c_seconds_bucket{le="1"} 2
                c_seconds_bucket{le="+Inf"} 3
                c_seconds_sum 7.6
                c_seconds_count 3
                # HELP d_total Of d.
                # TYPE d_total counter
                d_total 0
                """, metrics.text());
    }

    @Test
    void tellsTheBuildThatRuns() {
        String text = Metrics.ofProcess().text();
        assertTrue(text.contains("mangrove_build_info{version=\"" + Build.version() + "\",java=\""), text);
        assertTrue(text.endsWith("\"} 1\n"), text);
    }

    @Test
    void whatIsBoundedShowsWhatItHoldsAndWhatItMayHold() {
        metrics.bounded("queue", 10, () -> 3);
        metrics.bounded("cache", 500, () -> 0);
        assertEquals("""
                # HELP mangrove_capacity The limits.
                # TYPE mangrove_capacity gauge
                mangrove_capacity{place="cache"} 500
                mangrove_capacity{place="queue"} 10
                # HELP mangrove_occupancy Used of what is limited.
                # TYPE mangrove_occupancy gauge
                mangrove_occupancy{place="cache"} 0
                mangrove_occupancy{place="queue"} 3
                """, metrics.text());
    }

    @Test
    void aNameIsOneMetric() {
        assertSame(metrics.counter("a_total", ""), metrics.counter("a_total", ""));
        assertThrows(IllegalArgumentException.class, () -> metrics.histogram("a_total", "", 1));
    }

    @Test
    void labelsFromOutsideCannotFillTheMemory() {
        Counter counter = metrics.counter("a_total", "", "user");
        for (int i = 0; i < 10 * Counter.MAX_SERIES; i++) {
            counter.add(1, "user" + i);
        }
        assertEquals(9L * Counter.MAX_SERIES, counter.value("other"));
        assertEquals(Counter.MAX_SERIES + 3, metrics.text().lines().count());
    }
}
