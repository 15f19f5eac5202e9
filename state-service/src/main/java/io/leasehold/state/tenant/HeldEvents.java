package io.leasehold.state.tenant;

import io.leasehold.events.Alarm;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.outbox.OutboxSignal;
import io.leasehold.state.problem.DatabaseFault;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.util.function.BiFunction;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Judges events that were held once an operator said how it goes on, in the order they came, each
 * in a transaction of its own. Safe to share.
 */
@ApplicationScoped
class HeldEvents {
    private static final int TRIES = 5;

    private final Mutiny.SessionFactory sessions;
    private final Lives lives;
    private final HeldRecords records;
    private final Judging judging;
    private final Signal claims;
    private final OutboxSignal outbox;

    HeldEvents(
            Mutiny.SessionFactory sessions,
            Lives lives,
            HeldRecords records,
            Judging judging,
            @Named(Startup.CLAIMS) Signal claims,
            OutboxSignal outbox) {
        this.sessions = sessions;
        this.lives = lives;
        this.records = records;
        this.judging = judging;
        this.claims = claims;
        this.outbox = outbox;
    }

    /** What became of the first that is held of a tenant. */
    private enum Step {
        NONE_LEFT,
        SETTLED,
        HELD_ON
    }

    /** Judges what is held of a tenant, as far as it can be put in order now; gives how many. */
    Uni<Integer> settle(String tenantId) {
        return each(tenantId, Deciding.Order.FIRST);
    }

    /** Judges what is held of a tenant, each as newer than all there is; gives how many. */
    Uni<Integer> release(String tenantId) {
        return each(tenantId, Deciding.Order.LATER);
    }

    private Uni<Integer> each(String tenantId, Deciding.Order order) {
        return Multi.createBy()
                .repeating()
                .uni(() -> first(tenantId, order))
                .whilst(step -> step == Step.SETTLED)
                .filter(step -> step == Step.SETTLED)
                .collect()
                .asList()
                .map(steps -> steps.size())
                .invoke(() -> {
                    claims.wake();
                    outbox.wakeAll();
                });
    }

    private Uni<Step> first(String tenantId, Deciding.Order order) {
        return inTransaction(tenantId, (session, held) -> judge(session, tenantId, held, order))
                .onFailure(HeldEvents::isEventsFault)
                .recoverWithUni(() ->
                        inTransaction(
                                tenantId,
                                (session, held) ->
                                        judging.unstorable(session, held)
                                                .call(() -> records.drop(session, held.row()))
                                                .replaceWith(Step.SETTLED)));
    }

    private Uni<Step> inTransaction(
            String tenantId, BiFunction<Mutiny.Session, HeldRecords.Held, Uni<Step>> work) {
        return Uni.createFrom()
                .deferred(() ->
                        sessions.withTransaction((session, _) ->
                                lives.lock(session, tenantId)
                                        .chain(() -> records.first(session, tenantId))
                                        .chain(held ->
                                                held.isEmpty()
                                                        ? Uni.createFrom().item(Step.NONE_LEFT)
                                                        : work.apply(session, held.get()))))
                .onFailure(JudgeAgain.class)
                .retry()
                .atMost(TRIES);
    }

    private Uni<Step> judge(
            Mutiny.Session session, String tenantId, HeldRecords.Held held, Deciding.Order order) {
        return judging.again(session, held, order)
                .chain(outcome -> {
                    if (isHeld(outcome)) {
                        return Uni.createFrom().item(Step.HELD_ON);
                    }
                    return (order == Deciding.Order.LATER
                                    ? lives.stands(session, tenantId, null, held.stands())
                                    : Uni.createFrom().voidItem())
                            .chain(() -> records.drop(session, held.row()))
                            .replaceWith(Step.SETTLED);
                });
    }

    private static boolean isHeld(TenantEvents.Outcome outcome) {
        return outcome.disposition() == Disposition.PENDING
                && Alarm.SOURCE_CHANGED.name().equals(outcome.code());
    }

    private static boolean isEventsFault(Throwable failure) {
        DatabaseFault fault = StorageFaults.of(failure);
        return fault == DatabaseFault.VALUE || fault == DatabaseFault.CONFLICT;
    }
}
