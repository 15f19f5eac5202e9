package io.leasehold.cli.command;

import io.leasehold.ledger.api.StateOperation;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Has tofu forget something. */
@Command(
        name = "rm",
        description =
                "Says what would not be managed any more, though it stays; has a worker do it with"
                        + " --execute. The next apply makes it again, if the module has it still",
        mixinStandardHelpOptions = true)
final class StatesRm extends OnState {

    @Parameters(index = "2..*", paramLabel = "ADDRESS", arity = "1..*")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private List<String> addresses;

    @Override
    StateOperation operation() {
        return new StateOperation.Remove(addresses);
    }
}
