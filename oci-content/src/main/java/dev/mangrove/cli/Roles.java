package dev.mangrove.cli;

import java.util.List;
import java.util.ServiceLoader;

/** The roles that the modules on the class path contribute. */
public final class Roles {
    private Roles() {}

    /**
     * The role of that name.
     *
     * @throws Failure if this install has no such role, naming those it has
     */
    public static Role named(String name) {
        List<Role> all = ServiceLoader.load(Role.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        List<String> names = all.stream().map(Role::name).sorted().toList();
        return all.stream()
                .filter(role -> role.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new Failure(
                        ExitCode.USAGE,
                        "there is no role \"" + name + "\" in this install",
                        names.isEmpty() ? "none of its modules has a role" : "it has " + String.join(", ", names)));
    }
}
