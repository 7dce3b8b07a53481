package dev.mangrove.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints, and what {@code mangrove_build_info} says. */
public final class Version implements IVersionProvider {
    /** The version of this build; {@code development} when not run from its jar. */
    public static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"mangrove " + text() + ", Java " + Runtime.version()};
    }
}
