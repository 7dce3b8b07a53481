package dev.mangrove.proxy.node;

import dev.mangrove.content.Origin;
import dev.mangrove.distribution.client.ClientSettings;
import dev.mangrove.distribution.client.DistributionClient;
import dev.mangrove.distribution.client.RegistryConnection;
import dev.mangrove.proxy.node.NodeSettings.ForeignSettings;
import dev.mangrove.proxy.node.NodeSettings.ParentSettings;
import dev.mangrove.proxy.push.Parent;
import dev.mangrove.proxy.upstream.Upstream;
import dev.mangrove.proxy.upstream.Upstreams;
import java.util.ArrayList;
import java.util.List;

/** Makes the upstreams that the settings name; connects to none of them. */
final class UpstreamList {
    private final Callers callers;
    private final ClientSettings client;

    UpstreamList(Callers callers, ClientSettings client) {
        this.callers = callers;
        this.client = client;
    }

    /**
     * Parents first: at an agent they have foreign repositories too, unless an entry of its own is more specific.
     *
     * @param role says what a parent's bytes count as, and whether parents relay foreign registries
     */
    Upstreams of(NodeSettings settings, NodeRole role) {
        List<Upstream> upstreams = new ArrayList<>();
        for (ParentSettings parent : settings.parents()) {
            Origin origin = parent.origin().orElseGet(role::usualParent);
            boolean relays = origin == Origin.REGION;
            upstreams.add(
                    new Upstream(origin.wireName(), new Upstream.Parent(relays), origin, connect(parent.remote())));
        }
        for (ForeignSettings foreign : settings.upstreams()) {
            upstreams.add(new Upstream(
                    foreign.registry(),
                    new Upstream.Foreign(foreign.registry(), foreign.prefix()),
                    Origin.UPSTREAM,
                    connect(foreign.remote())));
        }
        return new Upstreams(upstreams);
    }

    /** The same parents, for pushes: with nobody's login. */
    List<Parent> pushParents(NodeSettings settings) {
        return settings.parents().stream()
                .map(ParentSettings::remote)
                .map(parent -> new Parent(parent.url(), callers.trusting(parent.caFiles())))
                .toList();
    }

    private DistributionClient connect(RemoteSettings remote) {
        return new DistributionClient(RegistryConnection.open(
                callers.trusting(remote.caFiles()), remote.url(), remote.credentials(), client));
    }
}
