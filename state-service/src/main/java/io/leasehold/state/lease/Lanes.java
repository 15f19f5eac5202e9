package io.leasehold.state.lease;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.state.access.RunCredentials;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Takes a run from the queue of its lane and gives it its credential, in the caller's transaction.
 * Safe to share.
 */
@ApplicationScoped
class Lanes {
    private final Workers workers;
    private final LifecycleQueue lifecycle;
    private final DriftQueue drift;
    private final RunCredentials credentials;

    Lanes(Workers workers, LifecycleQueue lifecycle, DriftQueue drift, RunCredentials credentials) {
        this.workers = workers;
        this.lifecycle = lifecycle;
        this.drift = drift;
        this.credentials = credentials;
    }

    /**
     * One look. Refuses a process that is not the bearer of its name. What this very request was
     * given before it is given again, with a credential anew.
     */
    Uni<Take> take(Mutiny.Session session, ClaimRequest request) {
        Uni<Take> taken =
                switch (request.lane()) {
                    case LIFECYCLE -> lifecycle.take(session, request);
                    case DRIFT ->
                            workers.mustBear(session, request.worker(), request.bootId())
                                    .chain(() -> drift.take(session, request));
                };
        return taken.chain(take ->
                take instanceof Take.Given(Claim claim)
                        ? credentials.give(session, claim).map(Take.Given::new)
                        : Uni.createFrom().item(take));
    }
}
