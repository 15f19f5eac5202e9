package io.leasehold.state.lease;

import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.state.problem.DatabaseFault;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Answers requests for runs in sets. One set at a time is at work in this process, in one
 * transaction; who asks meanwhile goes together into the next. Who comes when none is at work does
 * not wait. Who hangs up before its set begins is given nothing. Safe to share; each is answered on
 * the context on which it asked.
 */
@ApplicationScoped
class ClaimSets {
    /** More in one transaction save little, and hold the locks of their tenants longer. */
    static final int TOGETHER = 32;

    /** So long a set keeps the next one waiting. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Mutiny.SessionFactory sessions;
    private final Lanes lanes;
    private final Pulse pulse;
    private final Vertx vertx;

    // Both only with the lock of this object.
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private boolean atWork;

    ClaimSets(Mutiny.SessionFactory sessions, Lanes lanes, Pulse pulse, Vertx vertx) {
        this.sessions = sessions;
        this.lanes = lanes;
        this.pulse = pulse;
        this.vertx = vertx;
    }

    private record Waiting(
            ClaimRequest request,
            Turns.Reached from,
            UniEmitter<? super Take> emitter,
            Context context) {

        /** The same request sent twice is to get the same run, so it is never twice in one set. */
        private List<String> identity() {
            return List.of(request.worker(), request.bootId(), request.requestId());
        }

        private void answer(Take take) {
            context.runOnContext(_ -> emitter.complete(take));
        }
    }

    /** One look for this request, from where its look before ended. */
    Uni<Take> take(ClaimRequest request, Turns.Reached from) {
        return Uni.createFrom()
                .emitter(emitter -> {
                    Waiting one = new Waiting(request, from, emitter, vertx.getOrCreateContext());
                    emitter.onTermination(() -> forget(one));
                    if (isFirst(one)) {
                        next();
                    }
                });
    }

    /** One look for a check, which goes alone: checks are rare. */
    Uni<Take> check(ClaimRequest request) {
        return pulse.holdsClaims()
                ? Uni.createFrom().item(new Take.Nothing())
                : sessions.withTransaction((session, _) -> lanes.check(session, request));
    }

    private synchronized boolean isFirst(Waiting one) {
        waiting.add(one);
        boolean first = !atWork;
        atWork = true;
        return first;
    }

    /** How many wait for the next set. */
    synchronized int waiting() {
        return waiting.size();
    }

    private synchronized void forget(Waiting one) {
        waiting.remove(one);
    }

    /** Those who go together, from the same place; none when nobody waits. */
    private synchronized List<Waiting> leave() {
        List<Waiting> set = new ArrayList<>();
        Set<List<String>> identities = new HashSet<>();
        Iterator<Waiting> all = waiting.iterator();
        while (all.hasNext() && set.size() < TOGETHER) {
            Waiting one = all.next();
            if ((set.isEmpty() || one.from().equals(set.getFirst().from()))
                    && identities.add(one.identity())) {
                all.remove();
                set.add(one);
            }
        }
        atWork = !set.isEmpty();
        return set;
    }

    /**
     * A set goes on on the context of its first, whoever of them hangs up meanwhile. One whose
     * connection hangs, or that waits for another replica, is left behind after a while: two sets
     * at once are as safe as two replicas.
     */
    private void next() {
        List<Waiting> set = leave();
        if (!set.isEmpty()) {
            set.getFirst().context().runOnContext(_ -> serve(set));
        }
    }

    private void serve(List<Waiting> set) {
        List<ClaimRequest> requests = set.stream().map(Waiting::request).toList();
        AtomicBoolean over = new AtomicBoolean();
        Runnable nextOnce =
                () -> {
                    if (over.compareAndSet(false, true)) {
                        next();
                    }
                };
        long patience = vertx.setTimer(PATIENCE.toMillis(), _ -> nextOnce.run());
        together(requests, set.getFirst().from())
                .onFailure()
                .recoverWithItem(failure -> all(requests, new Take.Failed(failure)))
                .subscribe()
                .with(answers -> {
                    vertx.cancelTimer(patience);
                    nextOnce.run();
                    set.forEach(
                            one -> one.answer(Objects.requireNonNull(answers.get(one.request()))));
                });
    }

    /** In one transaction; each in one of its own when that fails and the database is not away. */
    private Uni<Map<ClaimRequest, Take>> together(List<ClaimRequest> requests, Turns.Reached from) {
        Uni<Map<ClaimRequest, Take>> taken =
                Uni.createFrom().deferred(() -> inTransaction(requests, from));
        return requests.size() == 1
                ? taken
                : taken.onFailure(failure -> DatabaseFault.of(failure) != DatabaseFault.AWAY)
                        .recoverWithUni(() -> singly(requests, from));
    }

    private Uni<Map<ClaimRequest, Take>> singly(List<ClaimRequest> requests, Turns.Reached from) {
        lanes.rolledBack();
        Map<ClaimRequest, Take> answers = new HashMap<>();
        return Multi.createFrom()
                .iterable(requests)
                .onItem()
                .transformToUniAndConcatenate(request ->
                        inTransaction(List.of(request), from)
                                .onFailure()
                                .recoverWithItem(
                                        failure -> all(List.of(request), new Take.Failed(failure)))
                                .invoke(answers::putAll))
                .collect()
                .asList()
                .replaceWith(answers);
    }

    private static Map<ClaimRequest, Take> all(List<ClaimRequest> requests, Take take) {
        return requests.stream().collect(Collectors.toMap(Function.identity(), _ -> take));
    }

    private Uni<Map<ClaimRequest, Take>> inTransaction(
            List<ClaimRequest> requests, Turns.Reached from) {
        return pulse.holdsClaims()
                ? Uni.createFrom().item(all(requests, new Take.Nothing()))
                : sessions.withTransaction((session, _) -> lanes.runs(session, requests, from));
    }
}
