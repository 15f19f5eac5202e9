package io.leasehold.cli.command;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How fast letters are replayed. */
final class Rate {

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "5",
            description = "at most so many letters a second (default: ${DEFAULT-VALUE})")
    private double rate;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    double perSecond() {
        if (!(rate >= 0.1 && rate <= 100)) {
            throw new ParameterException(
                    spec.commandLine(), "--rate takes a number from 0.1 to 100.");
        }
        return rate;
    }
}
