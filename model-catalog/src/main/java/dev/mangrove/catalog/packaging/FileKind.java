package dev.mangrove.catalog.packaging;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a file of a model is for, told by its name; gives the media type of its layer (ModelPack, "Model Format
 * Specification"). The rules are those of modctl where it has one, so that both tools make the same layers.
 */
enum FileKind {
    WEIGHT("weight"),
    WEIGHT_CONFIG("weight.config"),
    DOC("doc"),
    CODE("code"),
    DATASET("dataset");

    /** An unknown file of at least this size is taken for weights. */
    private static final long LARGE_BYTES = 128L * 1024 * 1024;

    private static final Set<String> WEIGHTS = Set.of(
            "safetensors",
            "gguf",
            "ggml",
            "bin",
            "pt",
            "pth",
            "ckpt",
            "onnx",
            "h5",
            "hdf5",
            "keras",
            "pb",
            "tflite",
            "msgpack",
            "npy",
            "npz",
            "engine",
            "plan",
            "mlmodel",
            "joblib",
            "pkl",
            "nemo",
            "llamafile",
            "data");
    private static final Set<String> CONFIGS = Set.of(
            "json",
            "jsonl",
            "yaml",
            "yml",
            "toml",
            "ini",
            "cfg",
            "conf",
            "config",
            "properties",
            "jinja",
            "pbtxt",
            "model",
            "tiktoken",
            "vocab",
            "spm");
    private static final Set<String> DOCS =
            Set.of("md", "txt", "rst", "pdf", "html", "png", "jpg", "jpeg", "gif", "svg", "webp");
    private static final Set<String> DATASETS = Set.of("csv", "tsv", "parquet", "arrow");
    private static final Set<String> CODES =
            Set.of("py", "ipynb", "sh", "c", "cc", "cpp", "h", "cu", "java", "js", "ts", "go", "rs", "lua", "r", "jl");
    private static final Set<String> CONFIG_NAMES = Set.of("modelfile", "vocab.txt", "merges.txt", "labels.txt");
    private static final List<String> DOC_PREFIXES = List.of("readme", "license", "notice", "use_policy", "copying");

    private final String mediaTypePart;

    FileKind(String mediaTypePart) {
        this.mediaTypePart = mediaTypePart;
    }

    /** Media type of a layer that is the file itself. */
    String mediaType() {
        return "application/vnd.cncf.model." + mediaTypePart + ".v1.raw";
    }

    /** What a file is, by its path and size. */
    static FileKind of(String path, long sizeBytes) {
        String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        if (CONFIG_NAMES.contains(name)) {
            return WEIGHT_CONFIG;
        }
        if (DOC_PREFIXES.stream().anyMatch(name::startsWith)) {
            return DOC;
        }
        if (name.equals("requirements.txt")) {
            return CODE;
        }
        String ending = name.substring(name.lastIndexOf('.') + 1);
        if (WEIGHTS.contains(ending)) {
            return WEIGHT;
        }
        if (CONFIGS.contains(ending)) {
            return WEIGHT_CONFIG;
        }
        if (DATASETS.contains(ending)) {
            return DATASET;
        }
        if (DOCS.contains(ending)) {
            return DOC;
        }
        return CODES.contains(ending) || sizeBytes < LARGE_BYTES ? CODE : WEIGHT;
    }
}
