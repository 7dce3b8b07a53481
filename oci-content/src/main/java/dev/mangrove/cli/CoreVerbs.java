package dev.mangrove.cli;

import java.util.List;

/** The verbs that every install has. */
public final class CoreVerbs implements Verbs {
    @Override
    public List<Object> commands() {
        return List.of(new UpCommand(), new ServeCommand(), new EnvCommand(), new LoginCommand(), new LogoutCommand());
    }
}
