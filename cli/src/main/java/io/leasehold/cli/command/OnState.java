package io.leasehold.cli.command;

import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StateOperation;
import io.leasehold.ledger.api.StateOperationReply;
import io.leasehold.ledger.api.StateOperationRequest;
import picocli.CommandLine.Mixin;

/** Asks for an operation on a state. */
abstract class OnState implements Runnable {

    @Mixin private final Front front = new Front();
    @Mixin private final OneStack stack = new OneStack();
    @Mixin private final Acting acting = new Acting();

    /** What tofu is to do. */
    abstract StateOperation operation();

    /** Asks for it, or only says what it would do. */
    @Override
    public void run() {
        boolean execute = acting.execute();
        StateService service = front.service();
        StateOperationReply reply =
                service.send(
                        "POST",
                        stack.path(service, Paths.STATE_OPERATIONS),
                        new StateOperationRequest(operation(), execute, acting.reason()),
                        StateOperationReply.class);
        if (front.asJson()) {
            front.json(reply);
            return;
        }
        front.say((reply.executed() ? "" : "Dry run, nothing was asked for. ") + reply.what());
        String runId = reply.runId();
        if (runId != null) {
            front.say("How it ends: leasehold runs show " + runId);
        }
    }
}
