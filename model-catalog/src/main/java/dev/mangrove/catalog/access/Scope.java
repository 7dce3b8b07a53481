package dev.mangrove.catalog.access;

import dev.mangrove.distribution.Access;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A part of a token: {@code repository:NAME:ACTION,ACTION} of docker's token specification.
 *
 * @param name as the client wrote it
 */
record Scope(String name, Set<Access.Action> actions) {
    private static final String TYPE = "repository";
    private static final int MAX_SCOPES = 100;

    Scope {
        actions = Set.copyOf(actions);
    }

    /** Reads the scopes of a request, each parameter holding one or several separated by spaces; other types are left out. */
    static List<Scope> parseAll(List<String> parameters) {
        List<Scope> scopes = new ArrayList<>();
        for (String parameter : parameters) {
            for (String one : parameter.split(" ", MAX_SCOPES)) {
                if (scopes.size() < MAX_SCOPES) {
                    parse(one).ifPresent(scopes::add);
                }
            }
        }
        return scopes;
    }

    private static Optional<Scope> parse(String text) {
        int first = text.indexOf(':');
        int last = text.lastIndexOf(':');
        if (first < 0 || last == first || !text.substring(0, first).equals(TYPE)) {
            return Optional.empty();
        }
        return Optional.of(new Scope(text.substring(first + 1, last), actions(text.substring(last + 1))));
    }

    private static Set<Access.Action> actions(String words) {
        EnumSet<Access.Action> actions = EnumSet.noneOf(Access.Action.class);
        for (String word : words.split(",", -1)) {
            switch (word) {
                case "*" -> actions.addAll(EnumSet.allOf(Access.Action.class));
                case "pull", "push", "delete" -> actions.add(Access.Action.valueOf(word.toUpperCase(Locale.ROOT)));
                default -> {} // an action of a later protocol: granted to nobody
            }
        }
        return actions;
    }

    /** What a client must ask for to do that; pushing needs pulling too. */
    static String wanted(String name, Access.Action action) {
        String actions =
                switch (action) {
                    case PULL -> "pull";
                    case PUSH -> "pull,push";
                    case DELETE -> "delete";
                };
        return TYPE + ":" + name + ":" + actions;
    }

    List<String> actionNames() {
        return actions.stream()
                .sorted()
                .map(action -> action.name().toLowerCase(Locale.ROOT))
                .toList();
    }
}
