package dev.mangrove.cli.doctor;

/**
 * What one look showed.
 *
 * @param what was looked at
 * @param next what to do; empty if nothing has to be done
 */
record Finding(Grade grade, String what, String detail, String next) {
    /** From best to worst. */
    enum Grade {
        OK,
        WARN,
        FAIL
    }

    static Finding ok(String what, String detail) {
        return new Finding(Grade.OK, what, detail, "");
    }

    static Finding warn(String what, String detail, String next) {
        return new Finding(Grade.WARN, what, detail, next);
    }

    static Finding fail(String what, String detail, String next) {
        return new Finding(Grade.FAIL, what, detail, next);
    }
}
