package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.ReplayItemView;
import io.leasehold.ledger.api.ReplayStep;
import io.leasehold.ledger.api.ReplayStepRequest;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Takes a replay of many letters further, a letter a step. What a step does and that it was done
 * are one transaction, under the lock of the replay: however often steps are asked for, and whoever
 * is killed, no letter is sent twice. Safe to share.
 */
@ApplicationScoped
class ReplaySteps {
    /** A replay has fewer. */
    private static final int ALL = Integer.MAX_VALUE;

    private static final int LONGEST_DRIVER = 100;

    private final Mutiny.SessionFactory sessions;
    private final ReplayPlanner planner;
    private final Replays replays;
    private final ReplayBatches batches;
    private final ReplayItems items;
    private final ReplayViews views;
    private final DeadLetterConfig config;

    ReplaySteps(
            Mutiny.SessionFactory sessions,
            ReplayPlanner planner,
            Replays replays,
            ReplayBatches batches,
            ReplayItems items,
            ReplayViews views,
            DeadLetterConfig config) {
        this.sessions = sessions;
        this.planner = planner;
        this.replays = replays;
        this.batches = batches;
        this.items = items;
        this.views = views;
        this.config = config;
    }

    /**
     * What a step did.
     *
     * @param position the letter whose turn it was; null when none's was
     * @param sent something was sent or begun
     */
    private record Done(@Nullable Integer position, @Nullable String waits, boolean sent) {
        static final Done NOTHING = new Done(null, null, false);
    }

    Uni<ReplayStep> step(String actor, String id, ReplayStepRequest request) {
        if (request.driver().isBlank() || request.driver().length() > LONGEST_DRIVER) {
            throw new Refusal(
                    400,
                    "REPLAY_INVALID",
                    "driver is an id of at most " + LONGEST_DRIVER + " characters.");
        }
        AtomicBoolean sent = new AtomicBoolean();
        return sessions.withTransaction(session ->
                        batches.lock(session, id)
                                .chain(batch -> step(session, actor, batch, request))
                                .invoke(done -> sent.set(done.sent()))
                                .chain(done -> told(session, id, done)))
                .invoke(() -> replays.committed(sent.get()));
    }

    private Uni<ReplayStep> told(Mutiny.Session session, String id, Done done) {
        Integer position = done.position();
        Uni<@Nullable ReplayItemView> did =
                position == null
                        ? Uni.createFrom().nullItem()
                        : items.of(session, id, position - 1, 1)
                                .map(found -> found.getFirst().view());
        return did.chain(item ->
                views.one(session, id).map(view -> new ReplayStep(view, item, done.waits())));
    }

    private Uni<Done> step(
            Mutiny.Session session,
            String actor,
            ReplayBatches.Batch batch,
            ReplayStepRequest request) {
        boolean own = request.driver().equals(batch.driver());
        if (request.letGo()) {
            return own
                    ? batches.letGo(session, batch.id()).replaceWith(Done.NOTHING)
                    : Uni.createFrom().item(Done.NOTHING);
        }
        return switch (batch.state()) {
            case ENDED, STOPPED, ABORTED -> Uni.createFrom().item(Done.NOTHING);
            case RUNNING -> {
                if (batch.driven() && !own) {
                    throw ReplayDesk.leased(batch.id());
                }
                yield batches.drive(session, batch.id(), request.driver(), config.replayLease())
                        .chain(() -> items.of(session, batch.id(), 0, ALL))
                        .call(found -> batches.became(session, batch.id(), changed(found)))
                        .chain(found -> act(session, actor, batch, found));
            }
        };
    }

    private static List<ReplayItems.Item> changed(List<ReplayItems.Item> found) {
        return found.stream().filter(item -> item.stored() != item.fate().state()).toList();
    }

    private Uni<Done> act(
            Mutiny.Session session,
            String actor,
            ReplayBatches.Batch batch,
            List<ReplayItems.Item> found) {
        List<StepDecider.Item> turns = found.stream().map(ReplayItems.Item::turn).toList();
        return switch (StepDecider.decide(batch.manner(), turns)) {
            case StepDecider.Step.Next(int position) ->
                    replay(session, actor, batch, found.get(position - 1));
            case StepDecider.Step.Wait(int position, boolean representative) ->
                    Uni.createFrom()
                            .item(
                                    new Done(
                                            null,
                                            waits(found.get(position - 1), representative),
                                            false));
            case StepDecider.Step.Stop(int position) ->
                    batches.become(session, batch.id(), ReplayBatches.Batch.State.STOPPED)
                            .replaceWith(new Done(position, null, false));
            case StepDecider.Step.Finish() ->
                    batches.become(session, batch.id(), ReplayBatches.Batch.State.ENDED)
                            .replaceWith(Done.NOTHING);
        };
    }

    private static String waits(ReplayItems.Item item, boolean representative) {
        String tenant = item.tenantId();
        return (representative ? "the representative" : "the letter")
                + " "
                + item.letterId()
                + (tenant == null ? "" : " of " + tenant)
                + ": "
                + item.fate().what();
    }

    private Uni<Done> replay(
            Mutiny.Session session,
            String actor,
            ReplayBatches.Batch batch,
            ReplayItems.Item item) {
        ReplayPlanner.Ask ask = new ReplayPlanner.Ask(actor, batch.reason(), batch.force());
        return planner.plan(session, item.letterId(), ask)
                .chain(planned -> replays.carryOut(session, planned))
                .onFailure(failure -> failure instanceof Refusal refusal && refusal.status() < 500)
                .recoverWithItem(failure -> ReplayDesk.refused((Refusal) failure))
                .call(carried -> batches.did(session, batch.id(), item.position(), carried))
                .map(carried -> new Done(item.position(), null, carried.executed()));
    }
}
