package dev.mangrove.proxy.node;

import dev.mangrove.oci.Location;
import dev.mangrove.proxy.pullthrough.PullThrough;
import dev.mangrove.proxy.push.PushForwarding;

/** What pulls learn from pushes: a pushed name is looked up again, and a login wanted once is asked for at the ping. */
record PushNews(PullThrough pullThrough, ParentPing ping) implements PushForwarding.Listener {
    @Override
    public void pushed(Location repository) {
        pullThrough.pushed(repository);
    }

    @Override
    public void challenged() {
        ping.challenged();
    }
}
