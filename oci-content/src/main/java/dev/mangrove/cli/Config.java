package dev.mangrove.cli;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The settings of one process, by the dotted keys of {@code docs/operations.md}; flag over environment over file over
 * default, already merged and checked against the known keys ({@link ConfigKeys}).
 *
 * @param values key to value, for example {@code store.path}; items of lists are numbered: {@code parents.0.url}
 * @param places where each value came from, for error messages: {@code FILE:LINE}, a flag or a variable
 */
public record Config(Map<String, String> values, Map<String, String> places) {
    public Config {
        values = Map.copyOf(values);
        places = Map.copyOf(places);
    }

    /** Settings given by the program itself, for example by {@code up}; no places to tell. */
    public static Config of(Map<String, String> values) {
        return new Config(values, Map.of());
    }

    /** The value of a key, if set. */
    public Optional<String> get(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /**
     * The value of a key that this process cannot do without.
     *
     * @throws Failure naming the key and the ways to set it
     */
    public String require(String key) {
        return get(key).orElseThrow(() -> new Failure(
                ExitCode.USAGE,
                "the setting " + key + " is missing",
                "set it in the configuration file, as --set " + key + "=VALUE or as " + ConfigKeys.variable(key)));
    }

    /** A number of bytes, or a share of something; {@code 100GB}, {@code 5%}. */
    public Optional<Amount> amount(String key) {
        return parsed(key, Amount::parse);
    }

    /** A length of time; {@code 30s}, {@code 24h}. */
    public Optional<Duration> duration(String key) {
        return parsed(key, Durations::parse);
    }

    /** A host and port; {@code 127.0.0.1:7979}. */
    public Optional<HostPort> address(String key) {
        return parsed(key, HostPort::parse);
    }

    /** An absolute {@code http} or {@code https} URL. */
    public Optional<URI> url(String key) {
        return parsed(key, URI::create);
    }

    /** A path of this machine. */
    public Optional<Path> path(String key) {
        return parsed(key, Path::of);
    }

    /** Whether a switch is on; off if it is not set. */
    public boolean isOn(String key) {
        return get(key).map(Boolean::parseBoolean).orElse(false);
    }

    /** The items of a list in order, each with its own keys: of {@code parents.0.url} the {@code url}. */
    public List<Config> items(String list) {
        List<Config> items = new ArrayList<>();
        for (Config item = under(list + ".0."); !item.values.isEmpty(); item = under(list + "." + items.size() + ".")) {
            items.add(item);
        }
        return items;
    }

    /** The values of a list of plain values in order, for example {@code wan.windows}. */
    public List<String> list(String list) {
        List<String> items = new ArrayList<>();
        for (Optional<String> item = get(list + ".0"); item.isPresent(); item = get(list + "." + items.size())) {
            items.add(item.get());
        }
        return items;
    }

    private Config under(String prefix) {
        return new Config(cut(values, prefix), cut(places, prefix));
    }

    private static Map<String, String> cut(Map<String, String> map, String prefix) {
        Map<String, String> inside = new HashMap<>();
        map.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                inside.put(key.substring(prefix.length()), value);
            }
        });
        return inside;
    }

    private <T> Optional<T> parsed(String key, Function<String, T> parser) {
        return get(key).map(text -> {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                throw new Failure(
                        ExitCode.USAGE, places.getOrDefault(key, "setting") + ": " + key + ": " + e.getMessage(), "");
            }
        });
    }
}
