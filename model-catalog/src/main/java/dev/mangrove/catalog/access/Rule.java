package dev.mangrove.catalog.access;

import dev.mangrove.distribution.Access;
import dev.mangrove.oci.Location;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Lets users do something in a namespace.
 *
 * @param user a name, or {@code *} for everyone who logged in
 * @param namespace first component of repositories, or {@code *} for all
 * @param allow what is allowed; whoever may push may pull as well, since every client asks before it pushes
 */
public record Rule(String user, String namespace, Set<Access.Action> allow) {
    private static final String ANY = "*";

    public Rule {
        if (user.isBlank() || namespace.isBlank() || allow.isEmpty()) {
            throw new IllegalArgumentException("a rule needs a user, a namespace and something to allow");
        }
        EnumSet<Access.Action> all = EnumSet.copyOf(allow);
        if (all.contains(Access.Action.PUSH)) {
            all.add(Access.Action.PULL);
        }
        allow = Set.copyOf(all);
    }

    /**
     * Reads {@code pull,push,delete}.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static Set<Access.Action> actions(String text) {
        EnumSet<Access.Action> actions = EnumSet.noneOf(Access.Action.class);
        for (String word : text.split(",", -1)) {
            try {
                actions.add(Access.Action.valueOf(word.strip().toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("\"" + word.strip() + "\" is none of pull, push, delete", e);
            }
        }
        return actions;
    }

    boolean covers(String who, Location repository, Access.Action action) {
        return (user.equals(ANY) || user.equals(who))
                && (namespace.equals(ANY)
                        || namespace.equals(repository.repository().namespace()))
                && allow.contains(action);
    }
}
