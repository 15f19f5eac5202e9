package io.leasehold.cli.command;

import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StateChange;
import io.leasehold.ledger.api.StateUndeleteRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Brings back what was hidden. */
@Command(
        name = "undelete",
        description = "Brings back a version, or without one all that were deleted of the stack",
        mixinStandardHelpOptions = true)
final class StatesUndelete implements Runnable {

    @Mixin private final Front front = new Front();
    @Mixin private final OneStack stack = new OneStack();

    @Parameters(index = "2", paramLabel = "VERSION", arity = "0..1", description = "only this one")
    private @Nullable Long version;

    @Mixin private final Why why = new Why();

    @Override
    public void run() {
        StateService service = front.service();
        Difference.show(
                front,
                service.send(
                        "POST",
                        stack.path(service, Paths.STATE_UNDELETE),
                        new StateUndeleteRequest(version, why.reason()),
                        StateChange.class));
    }
}
