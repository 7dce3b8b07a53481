package dev.mangrove.cli;

import java.util.Map;
import java.util.Optional;

/**
 * The settings of one process, by the dotted keys of {@code docs/names.md}; flag over environment over file over default,
 * already merged and checked against the known keys.
 *
 * @param values key to value, for example {@code store.path}
 * @param places where each value came from, for error messages: {@code FILE:LINE}, a flag or a variable
 */
public record Config(Map<String, String> values, Map<String, String> places) {
    public Config {
        values = Map.copyOf(values);
        places = Map.copyOf(places);
    }

    /** The value of a key, if set. */
    public Optional<String> get(String key) {
        return Optional.ofNullable(values.get(key));
    }
}
