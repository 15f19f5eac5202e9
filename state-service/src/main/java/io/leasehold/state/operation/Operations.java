package io.leasehold.state.operation;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateOperation;
import io.leasehold.ledger.api.StateOperationReply;
import io.leasehold.ledger.api.StateOperationRequest;
import io.leasehold.state.Ids;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.audit.Reason;
import io.leasehold.state.lease.AskedRuns;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.tfstate.States;
import io.leasehold.state.version.StateLooks;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Asks for operations on states. Each is a run of its own that a worker claims before anything else
 * that is due; it is tried once. Safe to share.
 */
@ApplicationScoped
class Operations {
    private final Mutiny.SessionFactory sessions;
    private final StateLooks looks;
    private final States states;
    private final OperationRows rows;
    private final Audit audit;
    private final Ids ids;
    private final AskedRuns asked;

    Operations(
            Mutiny.SessionFactory sessions,
            StateLooks looks,
            States states,
            OperationRows rows,
            Audit audit,
            Ids ids,
            AskedRuns asked) {
        this.sessions = sessions;
        this.looks = looks;
        this.states = states;
        this.rows = rows;
        this.audit = audit;
        this.ids = ids;
        this.asked = asked;
    }

    /** Says what would be asked for, or asks for it. */
    Uni<StateOperationReply> ask(StackRef stack, String operator, StateOperationRequest request) {
        OperationCheck.check(request.operation());
        if (!request.execute()) {
            return sessions.withTransaction((session, _) -> mustBeFree(session, stack))
                    .chain(() -> looked(stack, request.operation()))
                    .map(what -> new StateOperationReply(false, what, null));
        }
        String reason = Reason.required(request.reason());
        // Looked at without the stack's lock: that may take as long as the state is large, and
        // tofu looks again.
        return looked(stack, request.operation())
                .chain(() -> asked(stack, operator, request.operation(), reason));
    }

    private Uni<String> looked(StackRef stack, StateOperation operation) {
        return looks.summary(stack, null)
                .map(state -> OperationDecider.decide(stack, operation, state))
                .chain(verdict ->
                        switch (verdict) {
                            case OperationDecider.Verdict.Refuse(Refusal why) ->
                                    Uni.createFrom().failure(why);
                            case OperationDecider.Verdict.Ask(String what) ->
                                    Uni.createFrom().item(what);
                        });
    }

    private Uni<StateOperationReply> asked(
            StackRef stack, String operator, StateOperation operation, String reason) {
        String runId = ids.next();
        return sessions.withTransaction((session, _) ->
                        mustBeFree(session, stack)
                                .chain(() ->
                                        rows.ask(
                                                session, runId, stack, operation, operator, reason))
                                .chain(() ->
                                        audit.record(
                                                session,
                                                operator,
                                                "operate-on-state",
                                                "%s run %s %s"
                                                        .formatted(stack, runId, operation.words()),
                                                reason)))
                .invoke(asked::wake)
                .replaceWith(
                        new StateOperationReply(
                                true,
                                "Run %s does this to %s next: %s."
                                        .formatted(runId, stack, operation.words()),
                                runId));
    }

    /** A person's lock stands in the way; a run at work does not, it is waited for. */
    private Uni<Void> mustBeFree(Mutiny.Session session, StackRef stack) {
        return states.hold(session, stack)
                .invoke(hold -> {
                    if (hold.lockId() != null) {
                        throw hold.refusal(stack).orElseThrow();
                    }
                })
                .chain(() -> rows.standing(session, stack))
                .invoke(standing -> mustHaveRuns(stack, standing))
                .replaceWithVoid();
    }

    private static void mustHaveRuns(StackRef stack, Optional<OperationRows.Standing> standing) {
        if (standing.isEmpty() || !standing.get().planned()) {
            throw new Refusal(
                    409,
                    "STACK_HAS_NO_RUNS",
                    "No run manages %s yet: use a tofu of your own on its state.".formatted(stack));
        }
        if (standing.get().destroyed()) {
            throw new Refusal(
                    409, "STACK_DESTROYED", "%s is destroyed: nothing is there.".formatted(stack));
        }
    }
}
