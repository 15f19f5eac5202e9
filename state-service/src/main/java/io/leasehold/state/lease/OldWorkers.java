package io.leasehold.state.lease;

import io.leasehold.state.retention.Batch;
import io.leasehold.state.retention.RetentionConfig;
import io.leasehold.state.retention.Sweep;
import io.leasehold.state.retention.Swept;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.hibernate.reactive.mutiny.Mutiny;

/** Forgets workers that have not asked for work for long. One that comes back registers again. */
@ApplicationScoped
class OldWorkers implements Sweep {
    private static final String SQL =
            """
            with old as (
                select name from worker where name > :from order by name limit :most
            ), gone as (
                delete from worker w using old o where w.name = o.name
                  and w.last_seen < to_timestamp(cast(:before as bigint) / 1000.0)
                  and not exists (select 1 from stack s where s.lease_worker = w.name and s.lease_id is not null)
                returning 1)
            select (select count(*) from gone) as gone, count(*) as seen, max(name) as last from old
            """;

    private final RetentionConfig config;
    private final Batch batch;

    OldWorkers(RetentionConfig config) {
        this.config = config;
        this.batch = new Batch(SQL, config);
    }

    @Override
    public String name() {
        return "workers";
    }

    @Override
    public Uni<Swept> sweep(Mutiny.Session session, String from, Instant now) {
        return batch.run(session, from, now, config.workers());
    }
}
