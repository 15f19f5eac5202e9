package io.leasehold.state.tenant;

import io.leasehold.state.retention.Batch;
import io.leasehold.state.retention.RetentionConfig;
import io.leasehold.state.retention.Sweep;
import io.leasehold.state.retention.Swept;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Lets go of what became of old events. Those that have no end yet stay, and those that are held.
 * What has its verdict is known by the partition's watermark, not by these rows.
 */
@ApplicationScoped
class OldEvents implements Sweep {
    private static final String SQL =
            """
            with old as (
                select id from tenant_event
                where id > cast(coalesce(nullif(cast(:from as text), ''), '0') as bigint)
                order by id limit :most
            ), gone as (
                delete from tenant_event e using old o where e.id = o.id
                  and e.received_at < to_timestamp(cast(:before as bigint) / 1000.0)
                  and e.disposition not in ('PENDING', 'FAILED')
                  and not exists (select 1 from held_event h where h.event_row = e.id)
                returning 1)
            select (select count(*) from gone) as gone, cast(max(o.id) as text) as last,
                   count(*) filter (where e.received_at < to_timestamp(cast(:before as bigint) / 1000.0)) as seen
            from old o join tenant_event e on e.id = o.id
            """;

    private final RetentionConfig config;
    private final Batch batch;

    OldEvents(RetentionConfig config) {
        this.config = config;
        // A batch with a younger one in it is the last: ids grow with time.
        this.batch = new Batch(SQL, config);
    }

    @Override
    public String name() {
        return "events";
    }

    @Override
    public Uni<Swept> sweep(Mutiny.Session session, String from, Instant now) {
        return batch.run(session, from, now, config.events());
    }
}
