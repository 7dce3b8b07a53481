package dev.mangrove.observe;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

/**
 * The metrics of one process (of one role, where a process runs several). Asking twice for a name gives the same metric.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">the text format, version 0.0.4</a>
 */
public final class Metrics {
    /** The media type of {@link #text}. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Map<String, Metric> metrics = new ConcurrentSkipListMap<>();

    /** Those of a process, with {@code mangrove_build_info}. */
    public static Metrics ofProcess() {
        Metrics metrics = new Metrics();
        String name = "mangrove_build_info";
        Metric.Description description =
                new Metric.Description(name, "The build that runs.", "gauge", List.of("version", "java"));
        List<String> values = List.of(Build.version(), Runtime.version().toString());
        metrics.register(name, Info.class, _ -> new Info(description, values));
        return metrics;
    }

    /** A number that only grows; its name ends in {@code _total}. */
    public Counter counter(String name, String help, String... labels) {
        return register(
                name, Counter.class, n -> new Counter(new Metric.Description(n, help, "counter", List.of(labels))));
    }

    /** How values are spread over buckets with these upper bounds, rising. */
    public Histogram histogram(String name, String help, double... bounds) {
        return register(
                name,
                Histogram.class,
                n -> new Histogram(new Metric.Description(n, help, "histogram", List.of()), bounds.clone()));
    }

    /** A number that is asked for when somebody looks; must be quick to tell. */
    public void gauge(String name, String help, DoubleSupplier value) {
        Metric.Description description = new Metric.Description(name, help, "gauge", List.of());
        register(name, Gauge.class, n -> new Gauge(description, value));
    }

    /**
     * Something that has a limit: a queue, a cache, a pool. Two gauges, {@code mangrove_occupancy} and {@code
     * mangrove_capacity}, with the label {@code place}.
     */
    public void bounded(String place, long capacity, DoubleSupplier occupancy) {
        register("mangrove_occupancy", Gauges.class, name -> new Gauges(Gauges.of(name, "Used of what is limited.")))
                .add(place, occupancy);
        register("mangrove_capacity", Gauges.class, name -> new Gauges(Gauges.of(name, "The limits.")))
                .add(place, () -> capacity);
    }

    /** All metrics as Prometheus reads them. */
    public String text() {
        StringBuilder text = new StringBuilder();
        metrics.values().forEach(metric -> metric.writeTo(text));
        return text.toString();
    }

    private <M extends Metric> M register(String name, Class<M> kind, Function<String, M> make) {
        Metric metric = metrics.computeIfAbsent(name, make);
        if (!kind.isInstance(metric)) {
            throw new IllegalArgumentException(name + " is registered as something else");
        }
        return kind.cast(metric);
    }
}
