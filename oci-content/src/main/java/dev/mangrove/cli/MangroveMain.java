package dev.mangrove.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/** The program {@code mangrove}: whatever verbs the modules on the class path contribute, and nothing of its own. */
@Command(
        name = "mangrove",
        description =
                "Moves AI models and container images to edge sites: publish once, each site pays each byte once.",
        synopsisSubcommandLabel = "VERB",
        versionProvider = Version.class,
        footer = {
            "",
            "First steps:",
            "  mangrove demo                          see it work on this machine, nothing stays behind",
            "  mangrove up --data ./data              catalog, region and agent in one process",
            "  mangrove publish ./model HOST/acme/detector:1.0",
            "  mangrove VERB --help                   everything about one verb"
        })
public final class MangroveMain implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private MangroveMain() {}

    /** Runs one command and leaves with its exit code. */
    public static void main(String[] args) {
        Logging.start();
        PrintWriter out = new PrintWriter(System.out, true, UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, UTF_8);
        System.exit(run(args, out, err));
    }

    /** Runs one command; returns the exit code. */
    public static int run(String[] args, PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(new MangroveMain());
        needed(args).forEach(line::addSubcommand);
        addHelp(line);
        Errors errors = new Errors(System.getenv("MANGROVE_DEBUG") != null);
        return line.setOut(out)
                .setErr(err)
                .setExecutionExceptionHandler(errors)
                .setParameterExceptionHandler(errors)
                .setExitCodeExceptionMapper(errors)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setUsageHelpLongOptionsMaxWidth(28)
                .execute(args);
    }

    /** The verb that is asked for, since picocli takes longest to look at all of them; all, if it is none of them. */
    private static List<Object> needed(String[] args) {
        List<Object> all = new ArrayList<>();
        for (Verbs module : ServiceLoader.load(Verbs.class)) {
            all.addAll(module.commands());
        }
        String first = args.length == 0 ? "" : args[0];
        if (first.equals("--version")) {
            return List.of();
        }
        return all.stream()
                .filter(verb -> isNamed(verb, first))
                .findFirst()
                .map(List::of)
                .orElse(all);
    }

    private static boolean isNamed(Object verb, String name) {
        return verb.getClass().getAnnotation(Command.class).name().equals(name);
    }

    /** Help for all; the version of the program for all but those whose own version is meant by that option. */
    private static void addHelp(CommandLine line) {
        CommandSpec command = line.getCommandSpec();
        if (command.findOption("--version") == null) {
            command.mixinStandardHelpOptions(true);
        } else {
            command.addOption(OptionSpec.builder("-h", "--help")
                    .usageHelp(true)
                    .description("Show this help message and exit.")
                    .build());
        }
        line.getSubcommands().values().forEach(MangroveMain::addHelp);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
