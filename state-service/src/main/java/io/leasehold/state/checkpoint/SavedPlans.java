package io.leasehold.state.checkpoint;

import io.leasehold.ledger.api.PlanAsking;
import io.leasehold.ledger.api.PlanBinding;
import io.leasehold.ledger.api.PlanKeeping;
import io.leasehold.ledger.api.PlanReply;
import io.leasehold.state.WorkerThreads;
import io.leasehold.state.checkpoint.PlanRows.Holder;
import io.leasehold.state.checkpoint.PlanRows.Kept;
import io.leasehold.state.checkpoint.PlanRows.Seen;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.sealing.KeyOwner;
import io.leasehold.state.sealing.Sealer;
import io.leasehold.state.sealing.Sealers;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Keeps the plan of a run, and gives it to the run that takes over, as long as nothing that it is
 * bound to has changed. Safe to share.
 */
@ApplicationScoped
class SavedPlans {
    private static final Logger LOGGER = Logger.getLogger(SavedPlans.class);

    private final Mutiny.SessionFactory sessions;
    private final PlanRows rows;
    private final Sealers sealers;
    private final WorkerThreads workers;
    private final PlansConfig config;

    SavedPlans(
            Mutiny.SessionFactory sessions,
            PlanRows rows,
            Sealers sealers,
            WorkerThreads workers,
            PlansConfig config) {
        this.sessions = sessions;
        this.rows = rows;
        this.sealers = sealers;
        this.workers = workers;
        this.config = config;
    }

    /** What is to be written of a plan. */
    private record Sealed(byte[] plan, Seen made) {}

    /** Keeps a plan; refuses what is too large, and a run that applies already. */
    Uni<Void> keep(String runId, PlanKeeping keeping) {
        long most = config.mostSize().asLongValue();
        if (keeping.plan().length > most) {
            throw new Refusal(
                    413,
                    "PLAN_TOO_LARGE",
                    "The plan of run %s has %d bytes, of which %d are kept: if the run is taken over, it plans again."
                            .formatted(runId, keeping.plan().length, most));
        }
        return sessions.withTransaction((session, _) ->
                held(session, runId, keeping.leaseId())
                        .chain(holder ->
                                sealers.of(session, KeyOwner.of(holder.stack()))
                                        .chain(sealer ->
                                                workers.call(() -> sealed(sealer, holder, keeping)))
                                        .chain(sealed ->
                                                rows.keep(
                                                        session,
                                                        holder,
                                                        sealed.made(),
                                                        sealed.plan(),
                                                        config.keepFor())))
                        .invoke(kept -> {
                            if (!kept) {
                                throw new Refusal(
                                        409,
                                        "PLAN_NOT_KEPT",
                                        "Run %s applies already, or its state was changed: this plan is not one to go on from."
                                                .formatted(runId));
                            }
                        })
                        .replaceWithVoid());
    }

    private static Sealed sealed(Sealer sealer, Holder holder, PlanKeeping keeping) {
        return new Sealed(
                sealer.seal(keeping.plan(), holder.context(holder.runId())),
                seen(sealer, keeping.binding()));
    }

    private static Seen seen(Sealer sealer, PlanBinding binding) {
        return new Seen(binding, sealer.mac("plan-inputs:" + binding.inputsDigest()));
    }

    /** Gives the plan that an earlier run left; one that is void is removed. */
    Uni<PlanReply> take(String runId, PlanAsking asking) {
        return sessions.withTransaction((session, _) ->
                held(session, runId, asking.leaseId())
                        .chain(holder ->
                                rows.find(session, holder)
                                        .chain(kept ->
                                                kept.isEmpty()
                                                        ? Uni.createFrom()
                                                                .item(
                                                                        new PlanReply(
                                                                                null,
                                                                                "there is none any more"))
                                                        : judged(
                                                                session,
                                                                holder,
                                                                kept.get(),
                                                                asking.binding()))));
    }

    private Uni<PlanReply> judged(
            Mutiny.Session session, Holder holder, Kept kept, PlanBinding binding) {
        return sealers.of(session, KeyOwner.of(holder.stack()))
                .chain(sealer -> workers.call(() -> opened(sealer, holder, kept, binding)))
                .call(reply ->
                        reply.plan() == null
                                ? rows.remove(session, holder.stack())
                                : Uni.createFrom().voidItem())
                .invoke(reply ->
                        LOGGER.infof(
                                "saved plan runId=%s stack=%s ofRun=%s applied=%s reason=%s",
                                holder.runId(),
                                holder.stack(),
                                kept.runId(),
                                reply.plan() != null,
                                reply.why()));
    }

    private static PlanReply opened(Sealer sealer, Holder holder, Kept kept, PlanBinding binding) {
        Optional<PlanCheckDecider.Flaw> why =
                PlanCheckDecider.decide(kept.situation().apply(seen(sealer, binding)));
        if (why.isPresent()) {
            return new PlanReply(null, why.get().words());
        }
        try {
            return new PlanReply(sealer.open(kept.sealed(), holder.context(kept.runId())), null);
        } catch (IllegalStateException e) {
            return new PlanReply(null, "it cannot be opened");
        }
    }

    private Uni<Holder> held(Mutiny.Session session, String runId, String leaseId) {
        return rows.lock(session, runId, leaseId)
                .map(holder ->
                        holder.orElseThrow(() ->
                                new Refusal(
                                        409,
                                        "LEASE_LOST",
                                        "Run %s does not hold its stack any more: stop it and close its doors."
                                                .formatted(runId))));
    }
}
