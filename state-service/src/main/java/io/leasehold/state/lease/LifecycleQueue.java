package io.leasehold.state.lease;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.RowSet;
import io.leasehold.state.breaker.CoveredStacks;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Hands out stacks that are due, one tenant after the other, each stack to one worker, to as many
 * requests together as ask. Everything happens in the caller's transaction. Safe to share.
 */
@ApplicationScoped
public class LifecycleQueue {
    /** Lives that give nothing are taken out of the queue or passed over, so often in one look. */
    private static final int MOST_STEPS = 50;

    /** Until a stack is tried again whose inputs could not be opened. */
    private static final Duration NOT_OPENED = Duration.ofMinutes(1);

    private final Turns turns;
    private final CoveredStacks covered;
    private final SealedInputs sealed;
    private final Beginning beginning;
    private final LostAnswers lost;

    /** Takes by {@code turns}. */
    LifecycleQueue(
            Turns turns,
            CoveredStacks covered,
            SealedInputs sealed,
            Beginning beginning,
            LostAnswers lost) {
        this.turns = turns;
        this.covered = covered;
        this.sealed = sealed;
        this.beginning = beginning;
        this.lost = lost;
    }

    /**
     * One look from where the one before ended, for requests that all differ; answers each of them.
     * Takes a stack for each as far as there are lives to be served, or gives what this very
     * request was given before. A process that is not the bearer of its name gets a refusal.
     */
    Uni<Map<ClaimRequest, Take>> take(
            Mutiny.Session session, List<ClaimRequest> requests, Turns.Reached reached) {
        return from(session, requests, reached, 1);
    }

    private Uni<Map<ClaimRequest, Take>> from(
            Mutiny.Session session, List<ClaimRequest> requests, Turns.Reached reached, int step) {
        return requests.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : turns.next(session, requests, reached)
                        .chain(look -> take(session, requests, reached, look, step));
    }

    private Uni<Map<ClaimRequest, Take>> take(
            Mutiny.Session session,
            List<ClaimRequest> requests,
            Turns.Reached reached,
            Turns.Look look,
            int step) {
        List<ClaimRequest> wanting = new ArrayList<>();
        List<ClaimRequest> given = new ArrayList<>();
        Map<ClaimRequest, Take> answers = new HashMap<>();
        for (int i = 0; i < requests.size(); i++) {
            ClaimRequest request = requests.get(i);
            Turns.Asker asker = look.askers().get(i);
            if (!request.bootId().equals(asker.boot())) {
                answers.put(request, new Take.Failed(Workers.notBearer(asker.boot())));
            } else if (asker.given() != null) {
                given.add(request);
            } else {
                wanting.add(request);
            }
        }
        return Multi.createFrom()
                .iterable(given)
                .onItem()
                .transformToUniAndConcatenate(request ->
                        lost.again(session, request).invoke(take -> answers.put(request, take)))
                .collect()
                .asList()
                .chain(() -> served(session, wanting, reached, look, step))
                .map(served -> {
                    answers.putAll(served);
                    return answers;
                });
    }

    /** Answers those who want a run. */
    private Uni<Map<ClaimRequest, Take>> served(
            Mutiny.Session session,
            List<ClaimRequest> wanting,
            Turns.Reached reached,
            Turns.Look look,
            int step) {
        if (look.due().isEmpty() && look.empty().isEmpty()) {
            return all(wanting, look.queued() ? new Take.Busy() : new Take.Nothing());
        }
        return turns.leave(session, look.empty())
                .chain(stay ->
                        look.due().isEmpty()
                                ? further(session, wanting, reached.past(stay), step)
                                : uncovered(session, wanting, reached, look.due()));
    }

    /** What a breaker covers is held instead of begun, and this look has changed something. */
    private Uni<Map<ClaimRequest, Take>> uncovered(
            Mutiny.Session session,
            List<ClaimRequest> wanting,
            Turns.Reached reached,
            List<Turns.Due> due) {
        return covered.hold(session, due, each -> each.run().covered())
                .chain(free -> begin(session, wanting, reached, free, free.size() < due.size()));
    }

    /** These lives gave nothing: they have left the queue, or are passed over in this look. */
    private Uni<Map<ClaimRequest, Take>> further(
            Mutiny.Session session, List<ClaimRequest> wanting, Turns.Reached now, int step) {
        return step == MOST_STEPS
                ? all(wanting, new Take.Unfinished(now))
                : from(session, wanting, now, step + 1);
    }

    private static Uni<Map<ClaimRequest, Take>> all(List<ClaimRequest> wanting, Take take) {
        return Uni.createFrom()
                .item(wanting.stream().collect(Collectors.toMap(each -> each, _ -> take)));
    }

    private Uni<Map<ClaimRequest, Take>> begin(
            Mutiny.Session session,
            List<ClaimRequest> wanting,
            Turns.Reached reached,
            List<Turns.Due> due,
            boolean changed) {
        return sealed.open(session, due.stream().map(Turns.Due::run).toList())
                .chain(openings -> {
                    List<Beginning.Found> open = new ArrayList<>();
                    List<Unopened> closed = new ArrayList<>();
                    for (int i = 0; i < due.size(); i++) {
                        Turns.Due each = due.get(i);
                        switch (openings.get(i)) {
                            case SealedInputs.Opened opened ->
                                    open.add(new Beginning.Found(each.turn(), each.run(), opened));
                            case SealedInputs.Closed why ->
                                    closed.add(new Unopened(each.run().stack(), why.reason()));
                        }
                    }
                    return putOff(session, closed)
                            .chain(() -> begin(session, wanting, open))
                            .map(claims ->
                                    answers(
                                            wanting,
                                            claims,
                                            claims.isEmpty() && closed.isEmpty() && !changed
                                                    ? new Take.Busy()
                                                    : new Take.Unfinished(reached)));
                });
    }

    /** A stack whose inputs could not be opened, and why. */
    private record Unopened(StackRef stack, String why) {}

    /** Their lives are not served by that: another stack of each may be the next. */
    private static Uni<Void> putOff(Mutiny.Session session, List<Unopened> stacks) {
        return RowSet.of(stacks)
                .text("tenant", each -> each.stack().tenantId())
                .number("life", each -> each.stack().incarnation())
                .text("stack", each -> each.stack().stack())
                .text("why", Unopened::why)
                .with("wait", NOT_OPENED.toMillis())
                .update(
                        session,
                        """
                        update stack s set waiting_reason = r.why,
                            not_before = clock_timestamp() + cast(:wait as bigint) * interval '1 millisecond'
                        from {rows}
                        where s.tenant_id = r.tenant and s.incarnation = r.life and s.stack = r.stack
                        """)
                .replaceWithVoid();
    }

    /**
     * As many as there is room for under their caps, which are locked now and no others later in
     * this transaction.
     */
    private Uni<Map<ClaimRequest, Claim>> begin(
            Mutiny.Session session, List<ClaimRequest> wanting, List<Beginning.Found> open) {
        return turns.lockCaps(session, open.stream().map(Beginning.Found::turn).toList())
                .chain(room -> {
                    Map<ClaimRequest, Beginning.Found> begin = new LinkedHashMap<>();
                    Iterator<ClaimRequest> requests = wanting.iterator();
                    for (Beginning.Found found : open) {
                        if (room.takes(found.turn().caps())) {
                            begin.put(requests.next(), found);
                        }
                    }
                    return beginning.begin(session, begin);
                });
    }

    /**
     * Who got nothing looks again: at once where this look has changed something, for then there
     * may be more, and in a transaction of its own: this one may have locked caps.
     */
    private static Map<ClaimRequest, Take> answers(
            List<ClaimRequest> wanting, Map<ClaimRequest, Claim> claims, Take otherwise) {
        Map<ClaimRequest, Take> answers = new HashMap<>();
        for (ClaimRequest request : wanting) {
            Claim claim = claims.get(request);
            answers.put(request, claim == null ? otherwise : new Take.Given(claim));
        }
        return answers;
    }
}
