package dev.mangrove.delta;

import dev.mangrove.delta.codec.BlockAnalyst;
import dev.mangrove.delta.codec.Update;
import dev.mangrove.delta.codec.UpdateAnalyst;
import dev.mangrove.delta.format.Mode;
import dev.mangrove.delta.format.PlaneTrial;
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

    private PlannedRegion analyse(Region region) throws IOException {
        if (region.isAligned() && region.type().isBlock()) {
            long blocks = region.range().length() / region.type().unitBytes();
            Update update =
                    BlockAnalyst.analyse(region.type().blockModel(), blocks, new RegionReader(region, bases, target));
            return new PlannedRegion(region, Mode.DIFFERENCE, Optional.of(update));
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

    private Mode preferred(Region region, long units, Update update) throws IOException {
        if (region.type() != ElementType.F32 || update.isIdentity()) {
            return Mode.DIFFERENCE;
        }
        RegionReader reader = new RegionReader(region, bases, target);
        double planes = PlaneTrial.bits(region.type().layout().orElseThrow(), units, reader);
        return planes < update.estimatedBits() ? Mode.PLANES : Mode.DIFFERENCE;
    }
}
