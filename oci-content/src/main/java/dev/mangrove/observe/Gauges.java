package dev.mangrove.observe;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.DoubleSupplier;

/** Numbers that are asked for when somebody looks, told apart by a label. Values of the label are names of ours. */
final class Gauges implements Metric {
    private static final String LABEL = "place";

    private final Description description;
    private final Map<String, DoubleSupplier> places = new ConcurrentSkipListMap<>();

    Gauges(Description description) {
        this.description = description;
    }

    static Description of(String name, String help) {
        return new Description(name, help, "gauge", List.of(LABEL));
    }

    void add(String place, DoubleSupplier value) {
        places.put(place, value);
    }

    @Override
    public void writeTo(StringBuilder text) {
        description.writeTo(text);
        places.forEach((place, value) -> {
            text.append(description.name())
                    .append('{')
                    .append(LABEL)
                    .append("=\"")
                    .append(place)
                    .append("\"} ");
            Metric.number(text, value.getAsDouble());
            text.append('\n');
        });
    }
}
