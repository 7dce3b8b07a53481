package dev.mangrove.proxy.pullthrough;

import dev.mangrove.oci.Digest;
import dev.mangrove.proxy.pullthrough.ManifestSource.Place;
import dev.mangrove.proxy.upstream.Upstreams.Source;
import java.io.IOException;

/** Records what the first byte of a fill proves, counts what comes, and remembers whom to suspect. */
final class FillWatch implements Fill.Received {
    private final Place place;
    private final long sizeBytes;
    private final BlobGate gate;
    private final WanMeter meter;
    private final Expiring<Digest, String> suspects;
    private volatile boolean recorded;

    FillWatch(Place place, long sizeBytes, BlobGate gate, WanMeter meter, Expiring<Digest, String> suspects) {
        this.place = place;
        this.sizeBytes = sizeBytes;
        this.gate = gate;
        this.meter = meter;
        this.suspects = suspects;
    }

    @Override
    public void begun(Source source) throws IOException {
        if (!recorded) {
            gate.record(place, sizeBytes);
            recorded = true;
        }
        suspects.put(place.digest(), source.upstream().name()); // until the digest proved it right
    }

    @Override
    public void complete() throws IOException {
        if (recorded) {
            gate.record(place, sizeBytes); // once more, should it have failed meanwhile
        }
        gate.awaitRecorded(place);
    }

    @Override
    public void bytes(Source source, int count) {
        meter.received(source.upstream().origin(), count);
    }
}
