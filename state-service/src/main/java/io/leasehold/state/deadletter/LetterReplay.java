package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.ReplayItemState;
import io.leasehold.ledger.api.ReplayReply;
import io.leasehold.ledger.api.ReplayRequest;
import io.leasehold.state.audit.Reason;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import org.hibernate.reactive.mutiny.Mutiny;

/** Replays one letter, or says what that would do. Safe to share. */
@ApplicationScoped
class LetterReplay {
    private final Mutiny.SessionFactory sessions;
    private final ReplayPlanner planner;
    private final Replays replays;
    private final ReplayBatches batches;

    LetterReplay(
            Mutiny.SessionFactory sessions,
            ReplayPlanner planner,
            Replays replays,
            ReplayBatches batches) {
        this.sessions = sessions;
        this.planner = planner;
        this.replays = replays;
        this.batches = batches;
    }

    Uni<ReplayReply> replay(String actor, String id, ReplayRequest request) {
        if (request.execute()) {
            Reason.required(request.reason());
        }
        ReplayPlanner.Ask ask = new ReplayPlanner.Ask(actor, request.reason(), request.force());
        return sessions.withTransaction(session ->
                        planner.plan(session, id, ask)
                                .chain(planned ->
                                        request.execute()
                                                ? carryOut(session, planned)
                                                : Uni.createFrom().item(said(planned.plan()))))
                .invoke(reply -> replays.committed(reply.executed()));
    }

    private static ReplayReply said(ReplayDecider.Plan plan) {
        return new ReplayReply(false, null, plan.what());
    }

    /** What was done stands in the history, as every replay does. */
    private Uni<ReplayReply> carryOut(Mutiny.Session session, ReplayPlanner.Planned planned) {
        return replays.carryOut(session, planned)
                .call(carried ->
                        carried.executed()
                                ? batches.alone(session, planned, carried)
                                : Uni.createFrom().voidItem())
                .map(carried -> {
                    if (carried.state() == ReplayItemState.REFUSED) {
                        throw new Refusal(
                                409, Objects.requireNonNull(carried.code()), carried.what());
                    }
                    return new ReplayReply(carried.executed(), carried.replayId(), carried.what());
                });
    }
}
