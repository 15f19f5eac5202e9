package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.LetterWhere;
import io.leasehold.ledger.api.ReplayAbortRequest;
import io.leasehold.ledger.api.ReplayItemState;
import io.leasehold.ledger.api.ReplayItemView;
import io.leasehold.ledger.api.ReplayOrder;
import io.leasehold.ledger.api.ReplayPlan;
import io.leasehold.ledger.api.ReplayResumeRequest;
import io.leasehold.ledger.api.ReplayView;
import io.leasehold.state.RowSet;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.audit.Deed;
import io.leasehold.state.audit.Reason;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Where a replay of many letters is planned, begun, given up, and taken up again; every act is
 * audited. Safe to share.
 */
@ApplicationScoped
class ReplayDesk {
    /** More at once is not a repair any more, and would be planned for too long. */
    private static final int MOST = 1000;

    private final Mutiny.SessionFactory sessions;
    private final ReplayPlanner planner;
    private final ReplayBatches batches;
    private final ReplayViews views;
    private final Audit audit;

    ReplayDesk(
            Mutiny.SessionFactory sessions,
            ReplayPlanner planner,
            ReplayBatches batches,
            ReplayViews views,
            Audit audit) {
        this.sessions = sessions;
        this.planner = planner;
        this.batches = batches;
        this.views = views;
        this.audit = audit;
    }

    /** Says what would happen, or begins it; nothing is sent yet. */
    Uni<ReplayPlan> order(String actor, ReplayOrder order) {
        check(order);
        return order.execute()
                ? sessions.withTransaction(session ->
                        chosen(session, order)
                                .chain(chosen -> begin(session, actor, order, chosen)))
                : sessions.withSession(session ->
                                chosen(session, order)
                                        .chain(chosen ->
                                                batches.waitingElsewhere(session, chosen.letters())
                                                        .map(held -> new Held(chosen, held))))
                        .chain(held -> plan(actor, order, held));
    }

    private static void check(ReplayOrder order) {
        if (order.limit() < 1 || order.limit() > MOST || order.maxTenants() < 1) {
            throw new Refusal(
                    400,
                    "REPLAY_INVALID",
                    "limit is from 1 to " + MOST + ", and maxTenants is at least 1.");
        }
        if ((order.ids() == null) == (order.where() == null)) {
            throw new Refusal(
                    400, "REPLAY_INVALID", "Letters are chosen by their ids or by where.");
        }
        if (order.ids() != null && order.ids().size() > MOST) {
            throw new Refusal(
                    400, "REPLAY_INVALID", "At most " + MOST + " letters are named at once.");
        }
        if (order.execute()) {
            Reason.required(order.reason());
        }
    }

    /** Which letters are meant. */
    private record Chosen(List<Letter> letters, boolean more) {}

    private record Held(Chosen chosen, Map<String, String> elsewhere) {}

    private static Uni<Chosen> chosen(Mutiny.Session session, ReplayOrder order) {
        List<String> ids = order.ids();
        LetterWhere where = order.where();
        return ids == null
                ? LetterLists.open(
                                session,
                                where == null ? LetterFilter.ALL : where,
                                order.limit() + 1)
                        .map(found -> cut(found, order.limit()))
                : named(session, ids.stream().distinct().sorted().toList())
                        .map(found -> cut(found, order.limit()));
    }

    private static Chosen cut(List<Letter> found, int limit) {
        return new Chosen(found.subList(0, Math.min(limit, found.size())), found.size() > limit);
    }

    private static Uni<List<Letter>> named(Mutiny.Session session, List<String> ids) {
        return RowSet.of(ids)
                .text("id", id -> id)
                .select(
                        session,
                        "select "
                                + Letter.COLUMNS
                                + " from dead_letter where id in (select r.id from {rows})"
                                + " order by id",
                        Tuple.class)
                .map(rows -> {
                    List<Letter> letters = rows.stream().map(Letter::of).toList();
                    List<String> known = letters.stream().map(Letter::id).toList();
                    ids.stream()
                            .filter(id -> !known.contains(id))
                            .findFirst()
                            .ifPresent(id -> LetterRows.known(null, id));
                    return letters;
                });
    }

    private Uni<ReplayPlan> begin(
            Mutiny.Session session, String actor, ReplayOrder order, Chosen chosen) {
        if (chosen.letters().isEmpty()) {
            return Uni.createFrom().item(new ReplayPlan(null, List.of(), false));
        }
        return batches.waitingElsewhere(session, chosen.letters())
                .invoke(ReplayDesk::refuseThoseWaiting)
                .chain(() -> batches.begin(session, recorded(actor, order), chosen.letters()))
                .call(id ->
                        audit.record(
                                session,
                                new Deed(actor, "begin-replay", id, null, order.reason().strip())))
                .chain(id -> views.one(session, id))
                .map(view -> new ReplayPlan(view, List.of(), chosen.more()));
    }

    private static ReplayBatches.Order recorded(String actor, ReplayOrder order) {
        List<String> ids = order.ids();
        String filter =
                ids == null
                        ? LetterFilter.words(Objects.requireNonNull(order.where()))
                        : ids.size() == 1
                                ? "the letter " + ids.getFirst()
                                : "the letter " + ids.getFirst() + " and others that were named";
        return new ReplayBatches.Order(
                actor,
                order.reason().strip(),
                filter,
                order.force(),
                order.representative(),
                order.maxTenants());
    }

    private static void refuseThoseWaiting(Map<String, String> elsewhere) {
        elsewhere.values().stream()
                .sorted()
                .findFirst()
                .ifPresent(other -> {
                    throw new Refusal(
                            409,
                            "LETTER_IN_REPLAY",
                            elsewhere.size()
                                    + " of these letters wait for their turn in another replay:"
                                    + " leasehold dead-letters resume "
                                    + other
                                    + ", or abort it first.");
                });
    }

    /** Each letter by itself: nobody waits for a lock that a long plan has. */
    private Uni<ReplayPlan> plan(String actor, ReplayOrder order, Held held) {
        ReplayPlanner.Ask ask = new ReplayPlanner.Ask(actor, order.reason(), order.force());
        List<ReplayItemView> items = new ArrayList<>();
        return Multi.createFrom()
                .iterable(held.chosen().letters())
                .onItem()
                .transformToUniAndConcatenate(letter ->
                        sessions.withTransaction(session ->
                                        planner.plan(session, letter.id(), ask)
                                                .map(ReplayPlanner.Planned::plan))
                                .map(ReplayDesk::would)
                                .onFailure(failure ->
                                        failure instanceof Refusal refusal
                                                && refusal.status() < 500)
                                .recoverWithItem(failure -> refused((Refusal) failure))
                                .invoke(would ->
                                        items.add(
                                                item(
                                                        items.size() + 1,
                                                        letter,
                                                        would,
                                                        held.elsewhere()))))
                .collect()
                .asList()
                .map(_ -> new ReplayPlan(null, items, held.chosen().more()));
    }

    private static Replays.Carried would(ReplayDecider.Plan plan) {
        return switch (plan) {
            case ReplayDecider.Plan.Refused refused ->
                    new Replays.Carried(
                            ReplayItemState.REFUSED, null, refused.code(), refused.what());
            case ReplayDecider.Plan.Nothing nothing ->
                    new Replays.Carried(ReplayItemState.NOTHING, null, null, nothing.what());
            case ReplayDecider.Plan.CloseSuperseded superseded ->
                    new Replays.Carried(ReplayItemState.SUPERSEDED, null, null, superseded.what());
            case ReplayDecider.Plan.SendAgain again ->
                    new Replays.Carried(ReplayItemState.WAITING, null, null, again.what());
            case ReplayDecider.Plan.NewAttempt attempt ->
                    new Replays.Carried(ReplayItemState.WAITING, null, null, attempt.what());
        };
    }

    /** What keeps a letter from being replayed at all, such as a key that was deleted. */
    static Replays.Carried refused(Refusal refusal) {
        return new Replays.Carried(ReplayItemState.REFUSED, null, refusal.code(), refusal.detail());
    }

    private static ReplayItemView item(
            int position, Letter letter, Replays.Carried would, Map<String, String> elsewhere) {
        String other = elsewhere.get(letter.id());
        Replays.Carried said =
                other == null
                        ? would
                        : new Replays.Carried(
                                ReplayItemState.REFUSED,
                                null,
                                "LETTER_IN_REPLAY",
                                "It waits for its turn in the replay " + other + ".");
        return new ReplayItemView(
                "",
                position,
                letter.id(),
                letter.tenantId(),
                said.state(),
                said.code(),
                said.what(),
                null,
                null,
                "",
                "",
                null);
    }

    /** Lets a replay go on that stopped or lies idle. */
    Uni<ReplayView> resume(String actor, String id, ReplayResumeRequest request) {
        return sessions.withTransaction(session ->
                batches.lock(session, id)
                        .invoke(ReplayDesk::mayGoOn)
                        .chain(() -> batches.goOn(session, id, request.representative()))
                        .chain(() ->
                                audit.record(
                                        session, new Deed(actor, "resume-replay", id, null, null)))
                        .chain(() -> views.one(session, id)));
    }

    private static void mayGoOn(ReplayBatches.Batch batch) {
        over(batch);
        if (batch.driven()) {
            throw leased(batch.id());
        }
    }

    private static void over(ReplayBatches.Batch batch) {
        switch (batch.state()) {
            case RUNNING, STOPPED -> {}
            case ENDED, ABORTED ->
                    throw new Refusal(
                            409,
                            "REPLAY_OVER",
                            "The replay " + batch.id() + " is over: " + batch.state() + ".");
        }
    }

    static Refusal leased(String id) {
        return new Refusal(
                409,
                "REPLAY_LEASED",
                "Another command has the replay "
                        + id
                        + " in hand; it is free some seconds after that one has ended.");
    }

    /** Gives a replay up; who has it in hand learns it at the next step. */
    Uni<ReplayView> abort(String actor, String id, ReplayAbortRequest request) {
        String reason = Reason.required(request.reason());
        return sessions.withTransaction(session ->
                batches.lock(session, id)
                        .invoke(ReplayDesk::over)
                        .chain(() -> batches.skip(session, id))
                        .chain(() -> batches.become(session, id, ReplayBatches.Batch.State.ABORTED))
                        .chain(() ->
                                audit.record(
                                        session, new Deed(actor, "abort-replay", id, null, reason)))
                        .chain(() -> views.one(session, id)));
    }
}
