package dev.mangrove.delta;

import dev.mangrove.delta.format.Cut;
import dev.mangrove.delta.format.DeltaFront;
import dev.mangrove.delta.format.Mode;
import dev.mangrove.delta.format.Region;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Where the bytes of a delta go, from its front block alone. A segment's payload is shared out among its pieces by their
 * length, copies taking nothing: exact for tensors longer than a segment, an estimate for small ones.
 *
 * @param parts one for each region, in target order
 */
public record Inspection(DeltaFront front, List<Part> parts) {
    /**
     * A region and its cost.
     *
     * @param deltaBytes its share of the body
     * @param modes target bytes by mode
     */
    public record Part(Region region, double deltaBytes, Map<Mode, Long> modes) {}

    /** Inspects a front block. */
    public static Inspection of(DeltaFront front) {
        int regions = front.regions().size();
        double[] bytes = new double[regions];
        List<Map<Mode, Long>> modes = new ArrayList<>();
        for (int i = 0; i < regions; i++) {
            modes.add(new EnumMap<>(Mode.class));
            bytes[i] = front.regions()
                    .get(i)
                    .difference()
                    .map(d -> d.sketchBytes())
                    .orElse(0);
        }
        for (int segment = 0; segment < front.segments().count(); segment++) {
            List<Cut> cuts = Cut.of(front, segment);
            long coded = 0;
            for (int i = 0; i < cuts.size(); i++) {
                Mode mode = front.segments().mode(segment, i);
                modes.get(cuts.get(i).region()).merge(mode, (long) cuts.get(i).length(), Long::sum);
                coded += mode == Mode.COPY ? 0 : cuts.get(i).length();
            }
            for (int i = 0; i < cuts.size() && coded > 0; i++) {
                if (front.segments().mode(segment, i) != Mode.COPY) {
                    bytes[cuts.get(i).region()] += (double) front.segments().length(segment)
                            * cuts.get(i).length()
                            / coded;
                }
            }
        }
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < regions; i++) {
            parts.add(new Part(front.regions().get(i), bytes[i], Map.copyOf(modes.get(i))));
        }
        return new Inspection(front, List.copyOf(parts));
    }

    /** Share of the body by mode, under the same estimate. */
    public Map<Mode, Double> bytesByMode() {
        Map<Mode, Double> sums = new EnumMap<>(Mode.class);
        for (Part part : parts) {
            long coded = part.modes().entrySet().stream()
                    .filter(e -> e.getKey() != Mode.COPY)
                    .mapToLong(Map.Entry::getValue)
                    .sum();
            part.modes().forEach((mode, length) -> {
                double share = mode == Mode.COPY || coded == 0 ? 0 : part.deltaBytes() * length / coded;
                sums.merge(mode, share, Double::sum);
            });
        }
        return sums;
    }
}
