package dev.mangrove.edge.pull;

import dev.mangrove.cli.Verbs;
import java.util.List;

/** What an edge install can do with the files of models. */
public final class PullVerbs implements Verbs {
    @Override
    public List<Object> commands() {
        return List.of(new PullCommand());
    }
}
