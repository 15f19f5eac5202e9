package io.leasehold.cli.command;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Bounds a listing. */
public final class AtMost {

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "at most so many (default: ${DEFAULT-VALUE})",
            defaultValue = "1000")
    private int limit;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    /** The most items to show. */
    public int limit() {
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit takes a number from 1.");
        }
        return limit;
    }
}
