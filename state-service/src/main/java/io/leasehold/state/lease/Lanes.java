package io.leasehold.state.lease;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;

/** Takes a run from the queue of its lane, in the caller's transaction. Safe to share. */
@ApplicationScoped
class Lanes {
    private final Workers workers;
    private final AskedRuns asked;
    private final LifecycleQueue lifecycle;
    private final DriftQueue drift;

    Lanes(Workers workers, AskedRuns asked, LifecycleQueue lifecycle, DriftQueue drift) {
        this.workers = workers;
        this.asked = asked;
        this.lifecycle = lifecycle;
        this.drift = drift;
    }

    /**
     * One look, from where the one before ended. Refuses a process that is not the bearer of its
     * name. What this very request was given before it is given again, with a credential anew.
     */
    Uni<Take> take(Mutiny.Session session, ClaimRequest request, Turns.Reached reached) {
        return switch (request.lane()) {
            case LIFECYCLE ->
                    asked.take(session, request)
                            .chain(claim ->
                                    claim.isPresent()
                                            ? Uni.createFrom().item(new Take.Given(claim.get()))
                                            : due(session, request, reached));
            case DRIFT ->
                    workers.mustBear(session, request.worker(), request.bootId())
                            .chain(() -> drift.take(session, request));
        };
    }

    /** What is given again may have been asked for. */
    private Uni<Take> due(Mutiny.Session session, ClaimRequest request, Turns.Reached reached) {
        return lifecycle
                .take(session, request, reached)
                .chain(take ->
                        switch (take) {
                            case Take.Given(Claim claim) ->
                                    asked.withOperation(session, claim).map(Take.Given::new);
                            case Take.Nothing _, Take.Busy _, Take.Unfinished _ ->
                                    Uni.createFrom().item(take);
                        });
    }
}
