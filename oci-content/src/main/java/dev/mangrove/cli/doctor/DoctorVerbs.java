package dev.mangrove.cli.doctor;

import dev.mangrove.cli.Verbs;
import java.util.List;

/** Looks for trouble. */
public final class DoctorVerbs implements Verbs {
    @Override
    public List<Object> commands() {
        return List.of(new DoctorCommand());
    }
}
