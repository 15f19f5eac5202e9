package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.ReplayItemState;
import io.leasehold.state.Ids;
import io.leasehold.state.RowSet;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The rows of replays, of one letter or many. Safe to share. */
@ApplicationScoped
class ReplayBatches {
    private final Ids ids;

    ReplayBatches(Ids ids) {
        this.ids = ids;
    }

    /** A replay, locked. */
    record Batch(
            String id,
            State state,
            String reason,
            boolean force,
            StepDecider.Manner manner,
            @Nullable String driver,
            boolean driven) {

        /** How far a replay is. */
        enum State {
            RUNNING,
            ENDED,
            STOPPED,
            ABORTED
        }
    }

    /**
     * What is asked for.
     *
     * @param filter in plain words
     */
    record Order(
            String by,
            String reason,
            String filter,
            boolean force,
            boolean representative,
            int maxTenants) {}

    /** A replay that waits for its turns; gives its id. */
    Uni<String> begin(Mutiny.Session session, Order order, List<Letter> letters) {
        String id = ids.next();
        return insert(session, id, Batch.State.RUNNING, order)
                .chain(() -> turns(session, id, letters, ReplayItemState.WAITING))
                .replaceWith(id);
    }

    private record Turn(int position, Letter letter) {}

    private static Uni<Integer> turns(
            Mutiny.Session session, String id, List<Letter> letters, ReplayItemState state) {
        List<Turn> turns = new ArrayList<>();
        letters.forEach(letter -> turns.add(new Turn(turns.size() + 1, letter)));
        return RowSet.of(turns)
                .number("position", Turn::position)
                .text("letter", turn -> turn.letter().id())
                .text("tenant", turn -> turn.letter().tenantId())
                .with("batch", id)
                .with("state", state.name())
                .update(
                        session,
                        """
                        insert into replay_item (batch_id, position, letter_id, tenant_id, state)
                        select :batch, cast(position as int), letter, tenant, :state from {rows}
                        """);
    }

    /** One letter that was replayed alone: it stands in the history as all replays do. */
    Uni<Void> alone(
            Mutiny.Session session, ReplayPlanner.Planned planned, Replays.Carried carried) {
        String id = ids.next();
        Letter letter = planned.letter();
        Order order =
                new Order(
                        planned.ask().actor(),
                        planned.ask().reason().strip(),
                        "the letter " + letter.id(),
                        planned.ask().forced(),
                        false,
                        1);
        return insert(session, id, Batch.State.ENDED, order)
                .chain(() -> turns(session, id, List.of(letter), carried.state()))
                .chain(() -> did(session, id, 1, carried));
    }

    private static Uni<Integer> insert(
            Mutiny.Session session, String id, Batch.State state, Order order) {
        return session.createNativeQuery(
                        """
                        insert into replay_batch (id, state, asked_by, reason, filter, force, representative,
                            max_tenants, created_at, ended_at)
                        values (:id, :state, :by, :reason, :filter, :force, :representative, :most,
                            clock_timestamp(), case when :ended then clock_timestamp() end)
                        """)
                .setParameter("id", id)
                .setParameter("state", state.name())
                .setParameter("by", order.by())
                .setParameter("reason", order.reason())
                .setParameter("filter", order.filter())
                .setParameter("force", order.force())
                .setParameter("representative", order.representative())
                .setParameter("most", order.maxTenants())
                .setParameter("ended", state == Batch.State.ENDED)
                .executeUpdate();
    }

    /**
     * In which replay each of these letters waits for its turn; those that wait in none are not in.
     */
    Uni<Map<String, String>> waitingElsewhere(Mutiny.Session session, List<Letter> letters) {
        return RowSet.of(letters)
                .text("letter", Letter::id)
                .select(
                        session,
                        """
                        select i.letter_id, i.batch_id from {rows} cross join lateral (
                            select * from replay_item where letter_id = r.letter and state = 'WAITING' offset 0) i
                        """,
                        Tuple.class)
                .map(rows ->
                        rows.stream()
                                .collect(
                                        Collectors.toMap(
                                                row -> row.get("letter_id", String.class),
                                                row -> row.get("batch_id", String.class))));
    }

    /**
     * The replay of that id, locked.
     *
     * @throws Refusal 404 when there is none
     */
    Uni<Batch> lock(Mutiny.Session session, String id) {
        return session.createNativeQuery(
                        """
                        select state, reason, force, representative, tried, max_tenants, driver,
                            coalesce(driver_until > clock_timestamp(), false) as driven
                        from replay_batch where id = :id for update
                        """,
                        Tuple.class)
                .setParameter("id", id)
                .getSingleResultOrNull()
                .map(row -> {
                    if (row == null) {
                        throw unknown(id);
                    }
                    return new Batch(
                            id,
                            Batch.State.valueOf(row.get("state", String.class)),
                            row.get("reason", String.class),
                            row.get("force", Boolean.class),
                            new StepDecider.Manner(
                                    row.get("representative", Boolean.class),
                                    row.get("tried", Integer.class),
                                    row.get("max_tenants", Integer.class)),
                            row.get("driver", String.class),
                            row.get("driven", Boolean.class));
                });
    }

    static Refusal unknown(String id) {
        return new Refusal(404, "REPLAY_UNKNOWN", "There is no replay " + id + ".");
    }

    /** It is in this hand for so long. */
    Uni<Integer> drive(Mutiny.Session session, String id, String driver, Duration lease) {
        return session.createNativeQuery(
                        """
                        update replay_batch set driver = :driver,
                            driver_until = clock_timestamp() + cast(:lease as bigint) * interval '1 millisecond'
                        where id = :id
                        """)
                .setParameter("driver", driver)
                .setParameter("lease", lease.toMillis())
                .setParameter("id", id)
                .executeUpdate();
    }

    /** It is in nobody's hand. */
    Uni<Integer> letGo(Mutiny.Session session, String id) {
        return session.createNativeQuery(
                        "update replay_batch set driver = null, driver_until = null where id = :id")
                .setParameter("id", id)
                .executeUpdate();
    }

    /** It has come that far, and is in nobody's hand. */
    Uni<Integer> become(Mutiny.Session session, String id, Batch.State state) {
        return session.createNativeQuery(
                        """
                        update replay_batch set state = :state, driver = null, driver_until = null,
                            ended_at = case when :over then clock_timestamp() end
                        where id = :id
                        """)
                .setParameter("state", state.name())
                .setParameter("over", state == Batch.State.ENDED || state == Batch.State.ABORTED)
                .setParameter("id", id)
                .executeUpdate();
    }

    /** It goes on; what was tried before proves nothing. */
    Uni<Integer> goOn(Mutiny.Session session, String id, boolean representative) {
        return session.createNativeQuery(
                        """
                        update replay_batch set representative = :representative,
                            tried = case when state = 'STOPPED' then coalesce((select max(position) from replay_item
                                where batch_id = :id and state <> 'WAITING'), 0) else tried end,
                            state = 'RUNNING'
                        where id = :id
                        """)
                .setParameter("representative", representative)
                .setParameter("id", id)
                .executeUpdate();
    }

    /** No letter waits for its turn any more. */
    Uni<Integer> skip(Mutiny.Session session, String id) {
        return session.createNativeQuery(
                        """
                        update replay_item set state = 'SKIPPED', ended_at = clock_timestamp()
                        where batch_id = :id and state = 'WAITING'
                        """)
                .setParameter("id", id)
                .executeUpdate();
    }

    /** What was done when it was a letter's turn. */
    Uni<Void> did(Mutiny.Session session, String id, int position, Replays.Carried carried) {
        return session.createNativeQuery(
                        """
                        update replay_item set state = :state, code = cast(:code as text), what = :what,
                            replay_id = cast(:replay as text),
                            sent_at = case when :sent then clock_timestamp() end,
                            ended_at = case when not :sent then clock_timestamp() end
                        where batch_id = :id and position = :position
                        """)
                .setParameter("state", carried.state().name())
                .setParameter("code", carried.code())
                .setParameter("what", carried.what())
                .setParameter("replay", carried.replayId())
                .setParameter(
                        "sent",
                        carried.state() == ReplayItemState.SENT
                                || carried.state() == ReplayItemState.AT_WORK)
                .setParameter("id", id)
                .setParameter("position", position)
                .executeUpdate()
                .replaceWithVoid();
    }

    /** What became of letters since. */
    Uni<Integer> became(Mutiny.Session session, String id, List<ReplayItems.Item> items) {
        return RowSet.of(items)
                .number("position", ReplayItems.Item::position)
                .text("state", item -> item.fate().state().name())
                .text("code", item -> item.fate().code())
                .text("what", item -> item.fate().what())
                .with("batch", id)
                .update(
                        session,
                        """
                        update replay_item i set state = r.state, code = r.code, what = r.what,
                            ended_at = case when r.state <> 'AT_WORK' then clock_timestamp() end
                        from {rows} where i.batch_id = :batch and i.position = r.position
                        """);
    }
}
