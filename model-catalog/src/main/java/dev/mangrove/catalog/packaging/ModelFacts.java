package dev.mangrove.catalog.packaging;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.mangrove.oci.MalformedContentException;
import dev.mangrove.oci.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the files of a model say of it: the format of its weights by their names, architecture and precision as {@code
 * config.json} tells them. Clients choose the file to run by the format, so it is always set.
 */
record ModelFacts(String format, Optional<String> architecture, Optional<String> precision) {
    private static final int MAX_CONFIG_BYTES = 1024 * 1024;
    private static final String UNKNOWN_FORMAT = "other";

    private static final Map<String, String> FORMATS = Map.ofEntries(
            Map.entry("safetensors", "safetensors"),
            Map.entry("gguf", "gguf"),
            Map.entry("ggml", "ggml"),
            Map.entry("onnx", "onnx"),
            Map.entry("pt", "pytorch"),
            Map.entry("pth", "pytorch"),
            Map.entry("bin", "pytorch"),
            Map.entry("ckpt", "pytorch"),
            Map.entry("h5", "keras"),
            Map.entry("keras", "keras"),
            Map.entry("pb", "tensorflow"),
            Map.entry("tflite", "tflite"),
            Map.entry("engine", "tensorrt"),
            Map.entry("plan", "tensorrt"));

    /** Looks at names, and into {@code config.json} if there is one at the top. */
    static ModelFacts of(List<ModelFile> files) throws IOException {
        Map<String, String> told = new TreeMap<>();
        for (ModelFile file : files) {
            if (file.path().equals("config.json") && file.sizeBytes() <= MAX_CONFIG_BYTES) {
                told = readConfig(Files.readAllBytes(file.source()));
            }
        }
        return new ModelFacts(
                format(files),
                Optional.ofNullable(told.get("model_type")),
                Optional.ofNullable(told.getOrDefault("dtype", told.get("torch_dtype"))));
    }

    private static String format(List<ModelFile> files) {
        Map<String, Long> bytesByFormat = new TreeMap<>();
        for (ModelFile file : files) {
            String ending =
                    file.path().substring(file.path().lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
            if (file.kind() == FileKind.WEIGHT && FORMATS.containsKey(ending)) {
                bytesByFormat.merge(FORMATS.get(ending), file.sizeBytes(), Long::sum);
            }
        }
        return bytesByFormat.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(UNKNOWN_FORMAT);
    }

    private static Map<String, String> readConfig(byte[] json) {
        Map<String, String> told = new TreeMap<>();
        try {
            return StrictJson.read(json, parser -> {
                StrictJson.object(parser, "config.json", (JsonParser value, String name) -> {
                    if (value.currentToken() == JsonToken.VALUE_STRING) {
                        told.put(name, value.getText());
                    } else {
                        value.skipChildren();
                    }
                });
                return told;
            });
        } catch (MalformedContentException e) {
            return Map.of(); // published as it is; it is not ours to judge
        }
    }
}
