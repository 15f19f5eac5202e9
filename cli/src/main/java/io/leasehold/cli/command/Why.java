package io.leasehold.cli.command;

import picocli.CommandLine.Option;

/** What every command has that changes something at once. */
public final class Why {

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "WHY",
            description = "why; it is recorded")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private String reason;

    String reason() {
        return reason;
    }
}
