package io.leasehold.cli;

import io.leasehold.cli.command.AuditTrail;
import io.leasehold.cli.command.Blueprints;
import io.leasehold.cli.command.Breakers;
import io.leasehold.cli.command.Caps;
import io.leasehold.cli.command.DeadLetters;
import io.leasehold.cli.command.Doctor;
import io.leasehold.cli.command.Drift;
import io.leasehold.cli.command.Intake;
import io.leasehold.cli.command.Keys;
import io.leasehold.cli.command.Locks;
import io.leasehold.cli.command.Outputs;
import io.leasehold.cli.command.Publish;
import io.leasehold.cli.command.Runs;
import io.leasehold.cli.command.Stacks;
import io.leasehold.cli.command.States;
import io.leasehold.cli.command.Tenants;
import io.leasehold.cli.service.Environment;
import io.leasehold.cli.service.Ticks;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;

/** {@code leasehold}, the operators' command line. */
@Command(
        name = "leasehold",
        header = "Asks and tells a Leasehold system.",
        description = {
            "",
            "A system is found by LEASEHOLD_URL and LEASEHOLD_TOKEN (publish: LEASEHOLD_KAFKA),"
                    + " else in the file that LEASEHOLD_ENV names, else in .leasehold/leasehold.env,"
                    + " which ./leasehold up writes. Listings are tables; -o json gives JSON on"
                    + " standard output, -o jsonl a line of it for each thing. Messages go to"
                    + " standard error.",
            ""
        },
        mixinStandardHelpOptions = true,
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        subcommands = {
            Tenants.class,
            Stacks.class,
            Runs.class,
            Outputs.class,
            States.class,
            Locks.class,
            Breakers.class,
            Caps.class,
            Drift.class,
            DeadLetters.class,
            Intake.class,
            Blueprints.class,
            AuditTrail.class,
            Keys.class,
            Doctor.class,
            Publish.class,
            HelpCommand.class
        })
public final class Main implements Environment.Source {
    private static final String BUILD = "/META-INF/maven/io.leasehold/cli/pom.properties";

    private final Map<String, String> process;
    private final Ticks ticks;

    private Main(Map<String, String> process, Ticks ticks) {
        this.process = Map.copyOf(process);
        this.ticks = ticks;
    }

    /** For the launcher. */
    public static void main(String[] arguments) {
        // Libraries log by a facade that has nothing behind it here, and would say so at each
        // start.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        System.exit(commandLine(System.getenv()).execute(arguments));
    }

    /** The command line in such a process environment, for callers in the same process. */
    public static CommandLine commandLine(Map<String, String> process) {
        return commandLine(process, Ticks.SYSTEM);
    }

    static CommandLine commandLine(Map<String, String> process, Ticks ticks) {
        CommandLine line = new CommandLine(new Main(process, ticks));
        line.getCommandSpec().usageMessage().exitCodeList(exitCodes());
        giveVersion(line);
        return line.setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, at, _) -> failed(failure, at))
                .setParameterExceptionHandler(Main::usage);
    }

    /** Where this process finds a system. */
    @Override
    public Environment environment() {
        return Environment.read(process);
    }

    /** How time passes. */
    @Override
    public Ticks ticks() {
        return ticks;
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        for (ExitCode code : ExitCode.values()) {
            codes.put(" " + code.number(), code.meaning());
        }
        return codes;
    }

    private static void giveVersion(CommandLine line) {
        line.getCommandSpec().versionProvider(() -> new String[] {"leasehold " + version()});
        line.getSubcommands().values().forEach(Main::giveVersion);
    }

    private static String version() throws IOException {
        try (InputStream build = Main.class.getResourceAsStream(BUILD)) {
            Properties properties = new Properties();
            if (build != null) {
                properties.load(build);
            }
            return properties.getProperty("version", "(not packaged)");
        }
    }

    private static int failed(Exception failure, CommandLine line) {
        if (failure instanceof CommandFailure expected) {
            line.getErr().println(expected.getMessage());
            return expected.exitCode().number();
        }
        line.getErr()
                .println(
                        "This command has a fault: "
                                + failure
                                + ". The system was not harmed by it; please report the command"
                                + " line and this message.");
        return ExitCode.INTERNAL.number();
    }

    private static int usage(ParameterException failure, String[] arguments) {
        CommandLine line = failure.getCommandLine();
        line.getErr().println(failure.getMessage());
        line.getErr().println("Try: " + line.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE.number();
    }
}
