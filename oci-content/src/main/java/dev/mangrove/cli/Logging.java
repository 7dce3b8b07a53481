package dev.mangrove.cli;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Sends what the program logs to stderr, one line a message; stdout stays free for results. */
public final class Logging {
    private Logging() {}

    /** For commands: only warnings and worse. */
    static void start() {
        Logger root = Logger.getLogger("");
        for (Handler old : root.getHandlers()) {
            root.removeHandler(old);
        }
        ConsoleHandler stderr = new ConsoleHandler();
        stderr.setLevel(Level.ALL);
        stderr.setFormatter(new OneLine());
        root.addHandler(stderr);
        root.setLevel(Level.WARNING);
        quietLibraries();
    }

    /** For long-running processes: the value of {@code log.level}; libraries stay at warnings. */
    static void level(String level) {
        Logger.getLogger("").setLevel(Level.WARNING);
        MANGROVE.setLevel(
                switch (level) {
                    case "debug" -> Level.FINE;
                    case "warn" -> Level.WARNING;
                    case "error" -> Level.SEVERE;
                    default -> Level.INFO;
                });
    }

    // held: the log manager keeps loggers weakly
    private static final Logger MANGROVE = Logger.getLogger("dev.mangrove");
    private static final Logger NETTY = Logger.getLogger("io.netty");

    private static void quietLibraries() {
        NETTY.setLevel(Level.SEVERE);
    }

    private static final class OneLine extends Formatter {
        @Override
        public String format(LogRecord log) {
            StringBuilder line = new StringBuilder(200)
                    .append(Instant.ofEpochMilli(log.getMillis()).truncatedTo(ChronoUnit.MILLIS))
                    .append(' ')
                    .append(name(log.getLevel()))
                    .append(' ')
                    .append(formatMessage(log).replace('\n', ' '));
            for (Throwable cause = log.getThrown(); cause != null; cause = cause.getCause()) {
                line.append(": ").append(cause);
            }
            return line.append('\n').toString();
        }

        private static String name(Level level) {
            return switch (level.getName()) {
                case "SEVERE" -> "error";
                case "WARNING" -> "warn";
                default -> level.getName().toLowerCase(Locale.ROOT);
            };
        }
    }
}
