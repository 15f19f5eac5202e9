package io.leasehold.state.deadletter;

import io.leasehold.state.retention.Batch;
import io.leasehold.state.retention.RetentionConfig;
import io.leasehold.state.retention.Sweep;
import io.leasehold.state.retention.Swept;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.hibernate.reactive.mutiny.Mutiny;

/** Lets go of the history of replays that were over long ago, as of their letters. */
@ApplicationScoped
class OldReplays implements Sweep {
    private static final String SQL =
            """
            with seen as (
                select id, ended_at from replay_batch where id > cast(:from as text)
                order by id limit :most
            ), gone as (
                delete from replay_batch b using seen s where b.id = s.id
                  and s.ended_at < to_timestamp(cast(:before as bigint) / 1000.0) returning 1)
            select (select count(*) from gone) as gone, count(*) as seen, max(id) as last from seen
            """;

    private final RetentionConfig config;
    private final Batch batch;

    OldReplays(RetentionConfig config) {
        this.config = config;
        this.batch = new Batch(SQL, config);
    }

    @Override
    public String name() {
        return "replays";
    }

    @Override
    public Uni<Swept> sweep(Mutiny.Session session, String from, Instant now) {
        return batch.run(session, from, now, config.deadLetters());
    }
}
