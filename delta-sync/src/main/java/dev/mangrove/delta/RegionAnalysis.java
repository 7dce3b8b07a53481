package dev.mangrove.delta;

import dev.mangrove.delta.codec.BlockAnalyst;
import dev.mangrove.delta.codec.ElementForm;
import dev.mangrove.delta.codec.Update;
import dev.mangrove.delta.codec.UpdateAnalyst;
import dev.mangrove.delta.format.Mode;
import dev.mangrove.delta.format.PlaneTrial;
import dev.mangrove.delta.format.Prediction;
import dev.mangrove.delta.format.Region;
import dev.mangrove.delta.format.RegionReader;
import dev.mangrove.delta.io.ByteSource;
import dev.mangrove.delta.tensor.ElementType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides how every region is coded. */
final class RegionAnalysis {
    /** Elements looked at together; a small part settles the matter nearly always. */
    private static final int CHUNK = 1 << 14;

    private final List<ByteSource> bases;
    private final ByteSource target;
    private final EncodeOptions options;

    RegionAnalysis(List<ByteSource> bases, ByteSource target, EncodeOptions options) {
        this.bases = bases;
        this.target = target;
        this.options = options;
    }

    List<PlannedRegion> analyse(List<Region> regions, OrderedTasks tasks) throws IOException {
        List<PlannedRegion> planned = new ArrayList<>();
        tasks.run(
                regions.stream()
                        .map(region -> (OrderedTasks.Task<PlannedRegion>) () -> analyse(region))
                        .iterator(),
                planned::add);
        return planned;
    }

    private PlannedRegion analyse(Region given) throws IOException {
        Region region = narrowed(given);
        if (region.isAligned() && region.type().isBlock()) {
            return blocks(region);
        }
        if (!region.isAligned() || region.type().layout().isEmpty()) {
            return new PlannedRegion(region, Mode.SPLIT, Optional.empty());
        }
        long units = region.range().length() / region.type().unitBytes();
        Update update = UpdateAnalyst.analyse(
                region.type().layout().get(),
                region.columns(),
                units,
                new RegionReader(region, bases, target),
                options.sketching());
        return new PlannedRegion(region, preferred(region, units, update), Optional.of(update));
    }

    /** Contexts by scale are worth their tables where there are many blocks, much changed. */
    private PlannedRegion blocks(Region region) throws IOException {
        Region byScale = region.withType(region.type().byScale());
        long blocks = region.range().length() / region.type().unitBytes();
        Update scaled =
                BlockAnalyst.analyse(byScale.type().blockModel(), blocks, new RegionReader(byScale, bases, target));
        Update plain = BlockAnalyst.pooled(scaled, region.type().blockModel());
        return scaled.estimatedBits() < plain.estimatedBits()
                ? new PlannedRegion(byScale, Mode.DIFFERENCE, Optional.of(scaled))
                : new PlannedRegion(region, Mode.DIFFERENCE, Optional.of(plain));
    }

    /** Widened elements are coded as what they were: see {@link ElementForm}. */
    private Region narrowed(Region region) throws IOException {
        if (region.prediction() instanceof Prediction.Span) {
            for (ElementType narrow : region.type().narrower()) {
                if (holds(region, narrow.layout().orElseThrow().form())) {
                    return region.withType(narrow);
                }
            }
        }
        return region;
    }

    private boolean holds(Region region, ElementForm form) throws IOException {
        int size = region.type().unitBytes();
        long units = region.range().length() / size;
        RegionReader reader = new RegionReader(region, bases, target);
        byte[] base = new byte[CHUNK * size];
        byte[] now = new byte[CHUNK * size];
        for (long first = 0; first < units; first += CHUNK) {
            int count = (int) Math.min(CHUNK, units - first);
            reader.read(first, count, base, now);
            if (!form.holds(base, count) || !form.holds(now, count)) {
                return false;
            }
        }
        return true;
    }

    private Mode preferred(Region region, long units, Update update) throws IOException {
        if (region.type() != ElementType.F32 || update.isIdentity()) {
            return Mode.DIFFERENCE;
        }
        RegionReader reader = new RegionReader(region, bases, target);
        double planes = PlaneTrial.bits(region.type().layout().orElseThrow(), units, reader);
        return planes < update.estimatedBits() ? Mode.PLANES : Mode.DIFFERENCE;
    }
}
