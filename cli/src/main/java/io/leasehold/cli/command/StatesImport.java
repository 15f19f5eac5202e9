package io.leasehold.cli.command;

import io.leasehold.ledger.api.StateOperation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Has tofu take something under management. */
@Command(
        name = "import",
        description =
                "Says what would be managed from now on; has a worker import it with --execute,"
                        + " with the module, inputs and credentials of the stack's next run",
        mixinStandardHelpOptions = true)
final class StatesImport extends OnState {

    @Parameters(index = "2", paramLabel = "ADDRESS")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private String address;

    @Parameters(index = "3", paramLabel = "ID", description = "as the provider names it; recorded")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private String id;

    @Override
    StateOperation operation() {
        return new StateOperation.Import(address, id);
    }
}
