package io.leasehold.state.lease;

import io.leasehold.ledger.api.ClaimRequest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;

/** Takes runs from the queues of their lanes, in the caller's transaction. Safe to share. */
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

    /** A check, one look. Refuses a process that is not the bearer of its name. */
    Uni<Take> check(Mutiny.Session session, ClaimRequest request) {
        return workers.mustBear(session, request.worker(), request.bootId())
                .chain(() -> drift.take(session, request));
    }

    /** The transaction of a look was rolled back. */
    void rolledBack() {
        asked.lookAgain();
    }

    /**
     * Runs for requests that all differ, one look from where the one before ended; answers each.
     * What was asked for by operators goes first. What a request was given before it is given
     * again, with a credential anew.
     */
    Uni<Map<ClaimRequest, Take>> runs(
            Mutiny.Session session, List<ClaimRequest> requests, Turns.Reached reached) {
        Map<ClaimRequest, Take> answers = new HashMap<>();
        List<ClaimRequest> others = new ArrayList<>();
        return Multi.createFrom()
                .iterable(requests)
                .onItem()
                .transformToUniAndConcatenate(request ->
                        asked.take(session, request)
                                .invoke(claim ->
                                        claim.ifPresentOrElse(
                                                given ->
                                                        answers.put(request, new Take.Given(given)),
                                                () -> others.add(request))))
                .collect()
                .asList()
                .chain(() -> lifecycle.take(session, others, reached))
                .map(taken -> {
                    answers.putAll(taken);
                    return answers;
                });
    }
}
