package io.leasehold.state.retention;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/** The statements on where each kind's round is. */
@ApplicationScoped
class RoundRows {
    /**
     * Takes the turn of a kind until the transaction ends; empty when it is not due or another has
     * it.
     */
    Uni<Optional<String>> take(Mutiny.Session session, String sweep, Instant now) {
        return session.createNativeQuery(
                        "insert into retention (sweep) values (:sweep) on conflict do nothing")
                .setParameter("sweep", sweep)
                .executeUpdate()
                .chain(() ->
                        session.createNativeQuery(
                                        """
                                        select position from retention
                                        where sweep = :sweep and due_at <= to_timestamp(cast(:now as bigint) / 1000.0)
                                        for update skip locked
                                        """,
                                        String.class)
                                .setParameter("sweep", sweep)
                                .setParameter("now", now.toEpochMilli())
                                .getSingleResultOrNull())
                .map(Optional::ofNullable);
    }

    /**
     * When a turn was.
     *
     * @param due when the next round may begin
     */
    record Time(Instant now, Instant due) {}

    /** Notes how far the round is. */
    Uni<Void> put(Mutiny.Session session, String sweep, Swept swept, Time time) {
        return session.createNativeQuery(
                        """
                        update retention set gone = gone + :gone, position = coalesce(cast(:next as text), ''),
                            due_at = case when cast(:next as text) is null
                                then to_timestamp(cast(:due as bigint) / 1000.0) else due_at end,
                            round_ended_at = case when cast(:next as text) is null
                                then to_timestamp(cast(:now as bigint) / 1000.0) else round_ended_at end
                        where sweep = :sweep
                        """)
                .setParameter("gone", swept.gone())
                .setParameter("next", swept.next())
                .setParameter("due", time.due().toEpochMilli())
                .setParameter("now", time.now().toEpochMilli())
                .setParameter("sweep", sweep)
                .executeUpdate()
                .replaceWithVoid();
    }
}
