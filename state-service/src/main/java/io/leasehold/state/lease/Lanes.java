package io.leasehold.state.lease;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.state.access.RunCredentials;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Takes a run from the queue of its lane and gives it its credential, in the caller's transaction.
 * Safe to share.
 */
@ApplicationScoped
class Lanes {
    private final LifecycleQueue lifecycle;
    private final DriftQueue drift;
    private final RunCredentials credentials;

    Lanes(LifecycleQueue lifecycle, DriftQueue drift, RunCredentials credentials) {
        this.lifecycle = lifecycle;
        this.drift = drift;
        this.credentials = credentials;
    }

    /** What this very request was given before, with a credential anew. */
    Uni<Optional<Claim>> given(Mutiny.Session session, ClaimRequest request) {
        return lifecycle.given(session, request).chain(claim -> credentialed(session, claim));
    }

    /** The next run, or nothing when none is due. */
    Uni<Optional<Claim>> take(Mutiny.Session session, ClaimRequest request) {
        Uni<Optional<Claim>> taken =
                switch (request.lane()) {
                    case LIFECYCLE -> lifecycle.take(session, request);
                    case DRIFT -> drift.take(session, request);
                };
        return taken.chain(claim -> credentialed(session, claim));
    }

    private Uni<Optional<Claim>> credentialed(Mutiny.Session session, Optional<Claim> claim) {
        return claim.isEmpty()
                ? Uni.createFrom().item(claim)
                : credentials.give(session, claim.get()).map(Optional::of);
    }
}
