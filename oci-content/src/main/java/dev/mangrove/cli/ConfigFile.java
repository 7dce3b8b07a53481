package dev.mangrove.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A configuration file in YAML, flattened to dotted keys: {@code parents: [{url: x}]} is {@code parents.0.url}. Nothing is
 * constructed from it but strings; aliases cannot make it grow beyond the limits.
 */
final class ConfigFile {
    private static final int MAX_FILE_BYTES = 1024 * 1024;
    private static final int MAX_ENTRIES = 10_000;
    private static final int MAX_DEPTH = 8;
    private static final int MAX_ALIASES = 8;

    private final String shownName;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, String> lines = new HashMap<>();

    /** One setting and where it stands: {@code FILE:LINE}. */
    record Entry(String key, String value, String place) {}

    private ConfigFile(String shownName) {
        this.shownName = shownName;
    }

    static List<Entry> read(Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw broken(file + ": larger than " + MAX_FILE_BYTES + " bytes, so not a configuration file");
            }
            return parse(Files.readString(file, StandardCharsets.UTF_8), file.toString());
        } catch (NoSuchFileException e) {
            throw new Failure(
                    ExitCode.USAGE, "no configuration file " + file, "give an existing one with --config FILE");
        } catch (IOException e) {
            throw broken("cannot read the configuration file " + file + ": " + e.getMessage());
        }
    }

    static List<Entry> parse(String yaml, String shownName) {
        ConfigFile file = new ConfigFile(shownName);
        LoadSettings settings = LoadSettings.builder()
                .setLabel(shownName)
                .setMaxAliasesForCollections(MAX_ALIASES)
                .build();
        try {
            new Compose(settings).composeString(yaml).ifPresent(root -> file.add("", root, 0));
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            throw broken(shownName + ":" + line + ": not valid YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw broken(shownName + ": not valid YAML: " + e.getMessage());
        }
        return file.entries;
    }

    private void add(String key, Node node, int depth) {
        if (depth > MAX_DEPTH || entries.size() >= MAX_ENTRIES) {
            throw broken(place(node) + ": nested too deeply or too many settings");
        }
        switch (node) {
            case MappingNode mapping ->
                mapping.getValue().forEach(tuple -> {
                    String name = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
                    String child = key.isEmpty() ? name : key + "." + name;
                    refuseTwice(child, tuple.getKeyNode());
                    add(child, tuple.getValueNode(), depth + 1);
                });
            case SequenceNode sequence -> {
                int index = 0;
                for (Node item : sequence.getValue()) {
                    add(key + "." + index++, item, depth + 1);
                }
            }
            case ScalarNode scalar
            when key.isEmpty() ->
                throw broken(place(node) + ": expected settings like \"store.path: /data\", not \"" + scalar.getValue()
                        + "\"");
            case ScalarNode scalar when scalar.getTag().equals(Tag.NULL) && ConfigKeys.begins(key) -> {
                // "parents:" with nothing behind it: not set
            }
            case ScalarNode scalar -> entries.add(new Entry(key, scalar.getValue(), place(node)));
            default -> throw broken(place(node) + ": expected a value, a list or a group of settings");
        }
    }

    private void refuseTwice(String key, Node node) {
        String before = lines.putIfAbsent(key, place(node));
        if (before != null) {
            throw broken(place(node) + ": " + key + " is set twice, first at " + before);
        }
    }

    private String place(Node node) {
        return shownName
                + node.getStartMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
    }

    private static Failure broken(String message) {
        return new Failure(ExitCode.USAGE, message, "");
    }
}
