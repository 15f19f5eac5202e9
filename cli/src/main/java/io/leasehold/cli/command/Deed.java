package io.leasehold.cli.command;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is only said until it is told to be done, with a reason. */
public final class Deed {

    @Option(names = "--execute", description = "do it")
    private boolean execute;

    @Option(
            names = "--reason",
            paramLabel = "WHY",
            defaultValue = "",
            description = "why; needed to do it, and recorded")
    private String reason = "";

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    /** Whether it is to be done. */
    public boolean execute() {
        if (execute && reason.isBlank()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--execute needs --reason: why, in a few words; it is recorded.");
        }
        return execute;
    }

    /** Why. */
    public String reason() {
        return reason;
    }
}
