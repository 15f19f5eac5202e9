package io.leasehold.cli.command;

import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StateChange;
import io.leasehold.ledger.api.StateDeleteRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Hides a version, or a whole state. */
@Command(
        name = "delete",
        description =
                "Hides a version, or without one the stack's whole state. It is kept for a while and"
                        + " undelete brings it back. Never while somebody has its lock or a run is at work",
        mixinStandardHelpOptions = true)
final class StatesDelete implements Runnable {

    @Mixin private final Front front = new Front();
    @Mixin private final OneStack stack = new OneStack();

    @Parameters(index = "2", paramLabel = "VERSION", arity = "0..1", description = "only this one")
    private @Nullable Long version;

    @Mixin private final Why why = new Why();

    @Option(
            names = "--even-though-live",
            paramLabel = "TENANT/LIFE/STACK",
            description = "the stack once more: its whole state, though it has live things")
    private @Nullable String evenThoughLive;

    @Override
    public void run() {
        StateService service = front.service();
        Difference.show(
                front,
                service.send(
                        "POST",
                        stack.path(service, Paths.STATE_DELETE),
                        new StateDeleteRequest(version, why.reason(), evenThoughLive),
                        StateChange.class));
    }
}
