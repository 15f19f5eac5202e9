package io.leasehold.state.hold;

import io.leasehold.ledger.api.CancelRequest;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.audit.Reason;
import io.leasehold.state.hold.HoldRows.Held;
import io.leasehold.state.hold.HoldRows.Target;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.run.RunRow;
import io.leasehold.state.run.Runs;
import io.leasehold.state.stack.StackPlanner;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Asks runs to stop: the worker hears it at its next heartbeat, interrupts tofu once and waits
 * until the state is saved; nothing is killed while it writes. The stack is held from now on, or it
 * would be due again at once. Safe to share.
 */
@ApplicationScoped
class Cancels {
    private final Mutiny.SessionFactory sessions;
    private final Runs runs;
    private final HoldRows rows;
    private final StackPlanner planner;
    private final Audit audit;

    Cancels(
            Mutiny.SessionFactory sessions,
            Runs runs,
            HoldRows rows,
            StackPlanner planner,
            Audit audit) {
        this.sessions = sessions;
        this.runs = runs;
        this.rows = rows;
        this.planner = planner;
        this.audit = audit;
    }

    /** Asks it; asked again, who asked first stays noted. Refuses for a run that is not at work. */
    Uni<Void> cancel(String runId, String actor, CancelRequest request) {
        String reason = Reason.required(request.reason());
        return sessions.withTransaction((session, _) ->
                runs.find(session, runId)
                        .chain(run -> {
                            if (run == null) {
                                throw new Refusal(
                                        404, "RUN_UNKNOWN", "There is no run " + runId + ".");
                            }
                            return cancel(session, run, actor, reason);
                        }));
    }

    private Uni<Void> cancel(Mutiny.Session session, RunRow run, String actor, String reason) {
        Target stack =
                new Target(run.stack().tenantId(), run.stack().incarnation(), run.stack().stack());
        return rows.lock(session, stack)
                .map(found -> atWork(run, found))
                .chain(row ->
                        rows.cancel(session, run.runId(), actor, reason)
                                .chain(() ->
                                        HoldCode.CANCELLED.name().equals(row.code())
                                                ? Uni.createFrom().voidItem()
                                                : rows.hold(
                                                        session,
                                                        stack,
                                                        row.stack(),
                                                        new HoldRows.Hold(
                                                                HoldCode.CANCELLED,
                                                                actor,
                                                                reason,
                                                                null))))
                .chain(() ->
                        audit.record(
                                session,
                                actor,
                                "cancel-run",
                                stack + " run " + run.runId(),
                                reason))
                .chain(() -> planner.replan(session, stack.tenantId(), stack.incarnation()));
    }

    private static Held atWork(RunRow run, List<Held> stacks) {
        return stacks.stream()
                .filter(row -> run.runId().equals(row.run()))
                .findFirst()
                .orElseThrow(() ->
                        new Refusal(
                                409,
                                "RUN_NOT_AT_WORK",
                                "Run "
                                        + run.runId()
                                        + " does not hold its stack, so there is nothing to stop."
                                        + " To keep a stack from running, hold it."));
    }
}
