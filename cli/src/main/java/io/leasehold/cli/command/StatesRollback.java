package io.leasehold.cli.command;

import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StateChange;
import io.leasehold.ledger.api.StateRollbackRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts an older version on top. */
@Command(
        name = "rollback",
        description =
                "Says what would change if an older version came on top again; does it with"
                        + " --execute. Never while somebody has its lock or a run is at work",
        mixinStandardHelpOptions = true)
final class StatesRollback implements Runnable {

    @Mixin private final Front front = new Front();
    @Mixin private final OneStack stack = new OneStack();
    @Mixin private final Acting acting = new Acting();

    @Parameters(index = "2", paramLabel = "VERSION", description = "whose content is wanted")
    private long version;

    @Option(
            names = "--even-though-it-forgets",
            paramLabel = "N",
            description = {
                "how many managed things would no longer be in the state, as the dry run said;",
                "needed to do it where there are any"
            })
    private @Nullable Long evenThoughItForgets;

    @Override
    public void run() {
        boolean execute = acting.execute();
        StateService service = front.service();
        Difference.show(
                front,
                service.send(
                        "POST",
                        stack.path(service, Paths.STATE_ROLLBACK),
                        new StateRollbackRequest(
                                version, execute, acting.reason(), evenThoughItForgets),
                        StateChange.class));
    }
}
