package dev.mangrove.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Merges the places a setting can come from, flag over environment over file over default, and checks every one of them.
 * All problems are told at once.
 */
public final class ConfigLoader {
    private static final int MAX_PROBLEMS_SHOWN = 20;

    private final Map<String, String> values = new TreeMap<>();
    private final Map<String, String> places = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();

    private ConfigLoader() {}

    /**
     * @param file the configuration file; empty for none
     * @param environment all variables of the process; those that set no known key are left alone, since platforms such as
     *     Kubernetes add {@code MANGROVE_...} variables of their own
     * @param flags {@code key=value} settings of the command line
     * @throws Failure naming place and reason of every setting that is wrong
     */
    public static Config load(Optional<Path> file, Map<String, String> environment, List<String> flags) {
        ConfigLoader loader = new ConfigLoader();
        ConfigKeys.all().stream()
                .filter(key -> !key.usual().isEmpty())
                .forEach(key -> loader.set(key.name(), key.usual(), "default"));
        file.map(ConfigFile::read)
                .orElse(List.of())
                .forEach(entry -> loader.set(entry.key(), entry.value(), entry.place()));
        environment.forEach((variable, value) ->
                ConfigKeys.ofVariable(variable).ifPresent(key -> loader.set(key, value, variable)));
        flags.forEach(loader::setFlag);
        loader.refuseProblems();
        return new Config(loader.values, loader.places);
    }

    private void setFlag(String flag) {
        int equals = flag.indexOf('=');
        if (equals <= 0) {
            problems.add("--set " + flag + ": expected KEY=VALUE");
            return;
        }
        String key = flag.substring(0, equals);
        set(key, flag.substring(equals + 1), "--set " + key);
    }

    private void set(String key, String value, String place) {
        Optional<ConfigKey> known = ConfigKeys.find(key);
        if (known.isEmpty()) {
            problems.add(place + ": unknown setting " + key
                    + ConfigKeys.nearest(key)
                            .map(near -> "; did you mean " + near + "?")
                            .orElse(""));
            return;
        }
        try {
            known.get().kind().check().check(value);
            values.put(key, value);
            places.put(key, place);
        } catch (IllegalArgumentException e) {
            problems.add(place + ": " + key + ": " + e.getMessage());
        }
    }

    private void refuseProblems() {
        if (!problems.isEmpty()) {
            List<String> shown = problems.subList(0, Math.min(problems.size(), MAX_PROBLEMS_SHOWN));
            int more = problems.size() - shown.size();
            throw new Failure(
                    ExitCode.USAGE,
                    String.join("\n       ", shown) + (more == 0 ? "" : "\n       and " + more + " more"),
                    "docs/operations.md lists every setting");
        }
    }
}
