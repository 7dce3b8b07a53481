package dev.mangrove.observe;

/** Which build of the program this is. */
public final class Build {
    private Build() {}

    /** The version of this build; {@code development} when not run from its jar. */
    public static String version() {
        String version = Build.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
