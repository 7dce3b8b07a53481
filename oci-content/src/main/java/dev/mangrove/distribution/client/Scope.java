package dev.mangrove.distribution.client;

import dev.mangrove.oci.Location;

/** What a request needs rights for, as token services spell it: {@code repository:NAME:pull,push}. */
public record Scope(String repository, String actions) {
    /** To read a repository. */
    public static Scope pull(Location repository) {
        return new Scope(repository.toString(), "pull");
    }

    /** To read and write a repository. */
    public static Scope push(Location repository) {
        return new Scope(repository.toString(), "pull,push");
    }

    /** To delete from a repository. */
    public static Scope delete(Location repository) {
        return new Scope(repository.toString(), "delete");
    }

    @Override
    public String toString() {
        return "repository:" + repository + ":" + actions;
    }
}
