package dev.mangrove.delta.artifact;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import dev.mangrove.oci.Digest;
import dev.mangrove.oci.InvalidNameException;
import dev.mangrove.oci.MalformedContentException;
import dev.mangrove.oci.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What making deltas found: sizes for each pair of blobs and, as far as there is room, for each tensor. The config of a
 * {@link DeltaArtifact}, from which {@code mangrove diff} tells what an update will cost before anything moves.
 */
public record DeltaReport(String codec, List<Pair> pairs) {
    /** Most tensors that one report lists; the largest go first. */
    public static final int MAX_TENSORS = 10_000;

    /** Largest report that is read. */
    public static final int MAX_BYTES = 4 << 20;

    private static final JsonFactory JSON = new JsonFactory();

    public DeltaReport {
        pairs = List.copyOf(pairs);
    }

    /**
     * One pair of blobs.
     *
     * @param path the file's name inside the model; empty if it has none
     * @param rawBytes size of the target
     * @param standaloneBytes size of the target compressed without a base: what a delta has to beat; no more than raw
     * @param deltaBytes size of the delta; empty if none was kept, because it saves too little
     * @param adapterBytes size of the adapters that the delta needs beside its base
     * @param applyRamBytes memory that applying takes
     */
    public record Pair(
            String path,
            Optional<Digest> from,
            Digest to,
            long rawBytes,
            long standaloneBytes,
            Optional<Long> deltaBytes,
            long adapterBytes,
            long applyRamBytes,
            List<TensorCost> tensors) {
        public Pair {
            tensors = List.copyOf(tensors);
        }
    }

    /** What one tensor costs in the delta; an estimate where tensors share a segment. */
    public record TensorCost(String name, String mode, long rawBytes, long deltaBytes) {}

    /** Writes the report. */
    public byte[] encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("codec", codec);
            json.writeArrayFieldStart("pairs");
            for (Pair pair : pairs) {
                write(json, pair);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void write(JsonGenerator json, Pair pair) throws IOException {
        json.writeStartObject();
        json.writeStringField("path", pair.path());
        if (pair.from().isPresent()) {
            json.writeStringField("from", pair.from().get().toString());
        }
        json.writeStringField("to", pair.to().toString());
        json.writeNumberField("rawBytes", pair.rawBytes());
        json.writeNumberField("standaloneBytes", pair.standaloneBytes());
        if (pair.deltaBytes().isPresent()) {
            json.writeNumberField("deltaBytes", pair.deltaBytes().get());
        }
        if (pair.adapterBytes() > 0) {
            json.writeNumberField("adapterBytes", pair.adapterBytes());
        }
        json.writeNumberField("applyRamBytes", pair.applyRamBytes());
        json.writeArrayFieldStart("tensors");
        for (TensorCost tensor : pair.tensors()) {
            json.writeStartObject();
            json.writeStringField("name", tensor.name());
            json.writeStringField("mode", tensor.mode());
            json.writeNumberField("rawBytes", tensor.rawBytes());
            json.writeNumberField("deltaBytes", tensor.deltaBytes());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /**
     * Reads a report.
     *
     * @throws MalformedContentException if it is none
     */
    public static DeltaReport decode(byte[] raw) {
        try {
            return StrictJson.read(raw, DeltaReport::report);
        } catch (InvalidNameException e) {
            throw new MalformedContentException("report of a delta: " + e.getMessage(), -1);
        }
    }

    private static DeltaReport report(JsonParser json) throws IOException {
        List<Pair> pairs = new ArrayList<>();
        String[] codec = {""};
        StrictJson.object(json, "report", (j, name) -> {
            switch (name) {
                case "codec" -> codec[0] = StrictJson.string(j, name);
                case "pairs" -> StrictJson.array(j, name, () -> pairs.add(PairFields.read(j)));
                default -> j.skipChildren();
            }
        });
        return new DeltaReport(codec[0], pairs);
    }

    private static final class PairFields {
        private String path = "";
        private Optional<Digest> from = Optional.empty();
        private Optional<Digest> to = Optional.empty();
        private long rawBytes;
        private long standaloneBytes;
        private Optional<Long> deltaBytes = Optional.empty();
        private long adapterBytes;
        private long applyRamBytes;
        private final List<TensorCost> tensors = new ArrayList<>();

        static Pair read(JsonParser json) throws IOException {
            PairFields fields = new PairFields();
            StrictJson.object(json, "pair", fields::field);
            Digest to = fields.to.orElseThrow(() -> StrictJson.malformed(json, "a pair needs the digest to"));
            return new Pair(
                    fields.path,
                    fields.from,
                    to,
                    fields.rawBytes,
                    fields.standaloneBytes,
                    fields.deltaBytes,
                    fields.adapterBytes,
                    fields.applyRamBytes,
                    fields.tensors);
        }

        private void field(JsonParser json, String name) throws IOException {
            switch (name) {
                case "path" -> path = StrictJson.string(json, name);
                case "from" -> from = Optional.of(Digest.parse(StrictJson.string(json, name)));
                case "to" -> to = Optional.of(Digest.parse(StrictJson.string(json, name)));
                case "rawBytes" -> rawBytes = StrictJson.wholeNumber(json, name);
                case "standaloneBytes" -> standaloneBytes = StrictJson.wholeNumber(json, name);
                case "deltaBytes" -> deltaBytes = Optional.of(StrictJson.wholeNumber(json, name));
                case "adapterBytes" -> adapterBytes = StrictJson.wholeNumber(json, name);
                case "applyRamBytes" -> applyRamBytes = StrictJson.wholeNumber(json, name);
                case "tensors" -> StrictJson.array(json, name, () -> tensors.add(tensor(json)));
                default -> json.skipChildren();
            }
        }

        private static TensorCost tensor(JsonParser json) throws IOException {
            String[] texts = {"", ""};
            long[] sizes = {0, 0};
            StrictJson.object(json, "tensor", (j, name) -> {
                switch (name) {
                    case "name" -> texts[0] = StrictJson.string(j, name);
                    case "mode" -> texts[1] = StrictJson.string(j, name);
                    case "rawBytes" -> sizes[0] = StrictJson.wholeNumber(j, name);
                    case "deltaBytes" -> sizes[1] = StrictJson.wholeNumber(j, name);
                    default -> j.skipChildren();
                }
            });
            return new TensorCost(texts[0], texts[1], sizes[0], sizes[1]);
        }
    }
}
