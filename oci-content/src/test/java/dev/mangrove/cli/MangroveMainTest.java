package dev.mangrove.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class MangroveMainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return MangroveMain.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    @Test
    void withoutAVerbItTellsWhatItCanDo() {
        assertEquals(0, run());
        assertTrue(out.toString().contains("serve"));
        assertTrue(out.toString().contains("First steps"));
    }

    @Test
    void aMistypedVerbIsAUsageErrorOfTwoLinesThatNamesTheOneMeant() {
        assertEquals(2, run("sreve", "agent"));
        assertEquals("error: there is no verb sreve\nhint: did you mean serve? mangrove --help\n", err.toString());
    }

    @Test
    void aMissingArgumentIsAUsageError() {
        assertEquals(2, run("serve"));
        assertEquals("error: Missing required parameter: 'ROLE'\nhint: see mangrove serve --help\n", err.toString());
    }

    @Test
    void anUnknownRoleIsRefusedWithTheRolesOfThisInstall() {
        assertEquals(2, run("serve", "cloud"));
        assertTrue(err.toString().startsWith("error: there is no role \"cloud\" in this install\nhint: "));
    }

    @Test
    void everyVerbExplainsItself() {
        assertEquals(0, run("serve", "--help"));
        assertTrue(out.toString().contains("--config"));
    }

    @Test
    void envPrintsLinesForAShell() {
        assertEquals(0, run("env", "--agent", "10.0.0.5:7979"));
        assertEquals("export MANGROVE_AGENT=http://10.0.0.5:7979\n", out.toString());
    }
}
