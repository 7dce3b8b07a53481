package dev.mangrove.catalog.delta;

import dev.mangrove.delta.DeltaDecoder;
import dev.mangrove.delta.Inspection;
import dev.mangrove.delta.artifact.DeltaReport;
import dev.mangrove.delta.artifact.DeltaReport.TensorCost;
import dev.mangrove.delta.format.DeltaFront;
import dev.mangrove.delta.format.Mode;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.oci.Descriptor;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a report says of a finished delta. */
final class Reports {
    private Reports() {}

    /** The name of a file inside its model; empty if it has none. */
    static String pathOf(Descriptor layer) {
        Map<String, String> notes = layer.annotations();
        return notes.getOrDefault("org.cncf.model.filepath", notes.getOrDefault("org.opencontainers.image.title", ""));
    }

    /** The tensors of a delta, those that cost most first. */
    static List<TensorCost> tensors(byte[] front, long deltaBytes) throws IOException {
        DeltaFront parsed = DeltaDecoder.open(new Head(front, deltaBytes)).front();
        Map<String, List<Inspection.Part>> byName = new LinkedHashMap<>();
        for (Inspection.Part part : Inspection.of(parsed).parts()) {
            if (!part.region().name().isEmpty()) {
                byName.computeIfAbsent(part.region().name(), name -> new ArrayList<>())
                        .add(part);
            }
        }
        List<TensorCost> costs = new ArrayList<>();
        byName.forEach((name, parts) -> costs.add(cost(name, parts)));
        costs.sort(Comparator.comparingLong(TensorCost::deltaBytes).reversed());
        return costs.size() <= DeltaReport.MAX_TENSORS ? costs : List.copyOf(costs.subList(0, DeltaReport.MAX_TENSORS));
    }

    private static TensorCost cost(String name, List<Inspection.Part> parts) {
        long raw = 0;
        double coded = 0;
        Map<Mode, Long> modes = new LinkedHashMap<>();
        for (Inspection.Part part : parts) {
            raw += part.region().range().length();
            coded += part.deltaBytes();
            part.modes().forEach((mode, bytes) -> modes.merge(mode, bytes, Long::sum));
        }
        String mode = modes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(most -> most.getKey().name().toLowerCase(Locale.ROOT))
                .orElse("copy");
        return new TensorCost(name, mode, raw, Math.round(coded));
    }

    /** The front of a delta whose body is elsewhere: enough to inspect it. */
    private record Head(byte[] front, long size) implements ByteSource {
        @Override
        public void read(long position, byte[] into, int from, int length) throws IOException {
            if (position + length > front.length) {
                throw new EOFException("the front of a delta ends at " + front.length);
            }
            System.arraycopy(front, (int) position, into, from, length);
        }
    }
}
