package dev.mangrove.observe;

import java.util.function.DoubleSupplier;

/** A number that is asked for when somebody looks. */
record Gauge(Description description, DoubleSupplier value) implements Metric {
    @Override
    public void writeTo(StringBuilder text) {
        description.writeTo(text);
        text.append(description.name()).append(' ');
        Metric.number(text, value.getAsDouble());
        text.append('\n');
    }
}
