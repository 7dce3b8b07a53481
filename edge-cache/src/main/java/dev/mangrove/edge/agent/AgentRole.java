package dev.mangrove.edge.agent;

import dev.mangrove.cli.Config;
import dev.mangrove.cli.ExitCode;
import dev.mangrove.cli.Failure;
import dev.mangrove.cli.Role;
import dev.mangrove.content.Caller;
import dev.mangrove.content.Origin;
import dev.mangrove.content.keyvalue.HeapKeyValue;
import dev.mangrove.content.keyvalue.KeyValue;
import dev.mangrove.proxy.node.NodeRole;
import dev.mangrove.proxy.node.NodeSettings;
import dev.mangrove.proxy.node.ProxyNode;
import dev.mangrove.proxy.plan.DeltaPolicy;
import dev.mangrove.proxy.pullthrough.FillLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;

/**
 * {@code mangrove serve agent}: parents are regions, or the catalog itself. Listens on the loopback
 * only, since whoever reaches it reads as the node.
 */
public final class AgentRole implements Role, NodeRole {
    @Override
    public String name() {
        return "agent";
    }

    @Override
    public Running start(Config config) throws IOException {
        NodeSettings settings = NodeSettings.of(config, name());
        if (!InetAddress.getByName(settings.listen().host()).isLoopbackAddress()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "an agent listens on the loopback only, not on " + settings.listen(),
                    "set listen.registry to 127.0.0.1:7979, or run a region for other machines");
        }
        return ProxyNode.start(settings, this);
    }

    @Override
    public Origin usualParent() {
        return Origin.REGION;
    }

    @Override
    public KeyValue openView(Path directory) {
        return new HeapKeyValue();
    }

    @Override
    public Caller caller() {
        return Caller.NODE;
    }

    @Override
    public FillLimits fillLimits() {
        return FillLimits.NODE;
    }

    @Override
    public DeltaPolicy deltas(boolean fullFallback) {
        return DeltaPolicy.node(fullFallback);
    }

    @Override
    public int loops() {
        return 2;
    }

    @Override
    public long ballastBytes() {
        return 4L << 20;
    }
}
