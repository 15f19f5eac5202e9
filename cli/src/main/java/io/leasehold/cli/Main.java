package io.leasehold.cli;

import io.leasehold.cli.command.Blueprints;
import io.leasehold.cli.command.DeadLetters;
import io.leasehold.cli.command.Drift;
import io.leasehold.cli.command.Locks;
import io.leasehold.cli.command.Outputs;
import io.leasehold.cli.command.Publish;
import io.leasehold.cli.command.Runs;
import io.leasehold.cli.command.Stacks;
import io.leasehold.cli.command.States;
import io.leasehold.cli.command.Tenants;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** {@code leasehold}, the operators' command line. */
@Command(
        name = "leasehold",
        description = "Asks and tells a Leasehold system.",
        mixinStandardHelpOptions = true,
        subcommands = {
            Tenants.class,
            Stacks.class,
            Runs.class,
            Outputs.class,
            States.class,
            Locks.class,
            Drift.class,
            DeadLetters.class,
            Blueprints.class,
            Publish.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:something went wrong in this program",
            "2:the command line is not one",
            "4:nothing of that name, or nothing matched",
            "5:the service or a guard said no",
            "7:the service or the broker cannot be reached, or does not know the token"
        })
public final class Main {

    /** For the launcher. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command line, for callers in the same process. */
    public static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(
                        (failure, line, _) -> {
                            if (failure instanceof CommandFailure expected) {
                                line.getErr().println(expected.getMessage());
                                return expected.exitCode().number();
                            }
                            line.getErr().println("Unexpected: " + failure);
                            return ExitCode.INTERNAL.number();
                        })
                .setParameterExceptionHandler(Main::usage);
    }

    private static int usage(ParameterException failure, String[] arguments) {
        CommandLine line = failure.getCommandLine();
        line.getErr().println(failure.getMessage());
        line.getErr().println("Try: " + line.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE.number();
    }
}
