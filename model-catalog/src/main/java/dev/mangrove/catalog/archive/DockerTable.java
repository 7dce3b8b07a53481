package dev.mangrove.catalog.archive;

import com.fasterxml.jackson.core.JsonToken;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.InvalidNameException;
import dev.mangrove.oci.MalformedContentException;
import dev.mangrove.oci.StrictJson;
import java.util.ArrayList;
import java.util.List;

/** Reads the two JSON files of a docker archive that matter: {@code manifest.json} and the configs of its images. */
final class DockerTable {
    private static final int MAX_IMAGES = 1_000;
    private static final int MAX_LAYERS = 1_000;

    private DockerTable() {}

    /**
     * An image as {@code manifest.json} lists it.
     *
     * @param config name of the config's file
     * @param layers names of the layers' files, lowest first
     */
    record Row(String config, List<String> names, List<String> layers) {
        Row {
            names = List.copyOf(names);
            layers = List.copyOf(layers);
        }
    }

    static List<Row> rows(byte[] manifestJson) {
        List<Row> rows = new ArrayList<>();
        return read("manifest.json", manifestJson, json -> {
            StrictJson.array(json, "manifest.json", () -> {
                RowFields fields = new RowFields();
                StrictJson.object(json, "an image", fields::read);
                rows.add(new Row(fields.config, fields.names, fields.layers));
                limit(rows, MAX_IMAGES, "images");
            });
            return rows;
        });
    }

    /** The digests of the uncompressed layers, as a config lists them. */
    static List<Digest> diffIds(byte[] config) {
        List<Digest> diffs = new ArrayList<>();
        return read("the config of an image", config, json -> {
            StrictJson.object(json, "config", (j, name) -> {
                if (!name.equals("rootfs")) {
                    j.skipChildren();
                    return;
                }
                StrictJson.object(j, name, (inside, field) -> {
                    if (field.equals("diff_ids")) {
                        StrictJson.array(inside, field, () -> {
                            diffs.add(Digest.parse(StrictJson.string(inside, field)));
                            limit(diffs, MAX_LAYERS, "layers in an image");
                        });
                    } else {
                        inside.skipChildren();
                    }
                });
            });
            return diffs;
        });
    }

    private static <T> T read(String what, byte[] raw, StrictJson.Reader<T> reader) {
        try {
            return StrictJson.read(raw, reader);
        } catch (MalformedContentException | InvalidNameException e) {
            throw Refused.because(what + " cannot be read: " + e.getMessage());
        }
    }

    private static void limit(List<?> list, int most, String what) {
        if (list.size() > most) {
            throw Refused.because("it has more than " + most + " " + what);
        }
    }

    private static final class RowFields {
        private String config = "";
        private final List<String> names = new ArrayList<>();
        private final List<String> layers = new ArrayList<>();

        void read(com.fasterxml.jackson.core.JsonParser json, String name) throws java.io.IOException {
            switch (name) {
                case "Config" ->
                    config = json.currentToken() == JsonToken.VALUE_NULL ? "" : StrictJson.string(json, name);
                case "RepoTags" -> list(json, name, names);
                case "Layers" -> list(json, name, layers);
                default -> json.skipChildren();
            }
        }

        private static void list(com.fasterxml.jackson.core.JsonParser json, String name, List<String> into)
                throws java.io.IOException {
            StrictJson.array(json, name, () -> {
                into.add(StrictJson.string(json, name));
                limit(into, MAX_LAYERS, "layers or names in an image");
            });
        }
    }
}
