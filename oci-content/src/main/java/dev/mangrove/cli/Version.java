package dev.mangrove.cli;

import dev.mangrove.observe.Build;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"mangrove " + Build.version() + ", Java " + Runtime.version()};
    }
}
