package io.leasehold.cli.command;

import io.leasehold.ledger.api.StateOperation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Has tofu move something within a state. */
@Command(
        name = "mv",
        description =
                "Says what would be moved to another address within the state; has a worker do it"
                        + " with --execute. Nothing that exists changes",
        mixinStandardHelpOptions = true)
final class StatesMv extends OnState {

    @Parameters(index = "2", paramLabel = "FROM")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private String from;

    @Parameters(index = "3", paramLabel = "TO")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private String to;

    @Override
    StateOperation operation() {
        return new StateOperation.Move(from, to);
    }
}
