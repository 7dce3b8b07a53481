package dev.mangrove.catalog.access;

import dev.mangrove.content.Caller;
import dev.mangrove.distribution.Access;
import dev.mangrove.oci.Location;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What each caller may do. What no rule allows is forbidden; without any rule whoever logged in may do everything.
 *
 * @param anonymousPull whether everything may be pulled without a login
 */
public record Rules(boolean anonymousPull, List<Rule> rules) {
    private static final Set<Access.Action> EVERYTHING = EnumSet.allOf(Access.Action.class);

    public Rules {
        rules = rules.isEmpty() ? List.of(new Rule("*", "*", EVERYTHING)) : List.copyOf(rules);
    }

    /** Whether that caller may do that. */
    public boolean allow(Caller caller, Location repository, Access.Action action) {
        if (anonymousPull && action == Access.Action.PULL) {
            return true;
        }
        return switch (caller) {
            case Caller.Anonymous _ -> false;
            case Caller.User(String name) -> rules.stream().anyMatch(rule -> rule.covers(name, repository, action));
            case Caller.Node _ -> false;
        };
    }
}
