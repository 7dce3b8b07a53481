package dev.mangrove.proxy.region;

import dev.mangrove.cli.Config;
import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.cli.Role;
import dev.mangrove.content.Caller;
import dev.mangrove.content.Origin;
import dev.mangrove.content.keyvalue.KeyValue;
import dev.mangrove.content.keyvalue.RocksKeyValue;
import dev.mangrove.proxy.node.NodeRole;
import dev.mangrove.proxy.node.NodeSettings;
import dev.mangrove.proxy.node.ProxyNode;
import dev.mangrove.proxy.plan.DeltaPolicy;
import dev.mangrove.proxy.pullthrough.FillLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;

/** {@code mangrove serve region}: parents are catalogs, foreign registries are its upstreams. */
public final class RegionRole implements Role, NodeRole {
    private static final String OPEN = "access.anonymous-pull";

    @Override
    public String name() {
        return "region";
    }

    @Override
    public Running start(Config config) throws IOException {
        NodeSettings settings = NodeSettings.of(config, name());
        requireThatReadersMay(config, settings);
        return ProxyNode.start(settings, this);
    }

    /** What a login of ours may read, everyone may who reaches us: nobody should find that out afterwards. */
    private static void requireThatReadersMay(Config config, NodeSettings settings) throws IOException {
        boolean alone = InetAddress.getByName(settings.listen().host()).isLoopbackAddress();
        if (!alone && settings.hasLogin() && !config.isOn(OPEN)) {
            throw new Failure(
                    ExitCode.USAGE,
                    "a region gives what its login at a parent or upstream may read to everyone who reaches "
                            + settings.listen(),
                    "set " + OPEN
                            + ": true if everyone who reaches it may read that, else listen.registry to 127.0.0.1");
        }
    }

    @Override
    public Origin usualParent() {
        return Origin.CATALOG;
    }

    @Override
    public KeyValue openView(Path directory) throws IOException {
        return RocksKeyValue.open(directory);
    }

    @Override
    public Caller caller() {
        return Caller.ANONYMOUS;
    }

    @Override
    public FillLimits fillLimits() {
        return FillLimits.REGION;
    }

    @Override
    public DeltaPolicy deltas(boolean fullFallback) {
        return DeltaPolicy.region(fullFallback);
    }

    @Override
    public int loops() {
        return Math.max(2, Runtime.getRuntime().availableProcessors());
    }

    @Override
    public long ballastBytes() {
        return 32L << 20;
    }
}
