package io.leasehold.state.deadletter;

import io.leasehold.state.retention.Batch;
import io.leasehold.state.retention.RetentionConfig;
import io.leasehold.state.retention.Sweep;
import io.leasehold.state.retention.Swept;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.hibernate.reactive.mutiny.Mutiny;

/** Lets go of dead letters that were closed long ago, with the ids of their replays. */
@ApplicationScoped
class OldLetters implements Sweep {
    private static final String SQL =
            """
            with old as (
                select id from dead_letter
                where closed_at < to_timestamp(cast(:before as bigint) / 1000.0) and status <> 'OPEN'
                  and cast(:from as text) is not null
                order by closed_at limit :most for update skip locked
            ), replays as (
                delete from replay p using old o where p.dead_letter_id = o.id
            ), gone as (
                delete from dead_letter d using old o where d.id = o.id returning 1)
            select (select count(*) from gone) as gone, count(*) as seen, 'more' as last from old
            """;

    private final RetentionConfig config;
    private final Batch batch;

    OldLetters(RetentionConfig config) {
        this.config = config;
        this.batch = new Batch(SQL, config);
    }

    @Override
    public String name() {
        return "dead-letters";
    }

    @Override
    public Uni<Swept> sweep(Mutiny.Session session, String from, Instant now) {
        return batch.run(session, from, now, config.deadLetters());
    }
}
