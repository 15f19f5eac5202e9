package io.leasehold.state.stack;

import io.leasehold.state.retention.Batch;
import io.leasehold.state.retention.RetentionConfig;
import io.leasehold.state.retention.Sweep;
import io.leasehold.state.retention.Swept;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Lets go of what old revisions were made of. The newest of each stack stays, what was applied
 * last, and what a run at work was given.
 */
@ApplicationScoped
class OldRevisions implements Sweep {
    private static final String SQL =
            """
            with stacks as (
                select tenant_id, incarnation, stack, revision from stack
                where (tenant_id, incarnation, stack) > (split_part(:from, '/', 1),
                    cast(coalesce(nullif(split_part(:from, '/', 2), ''), '0') as int), split_part(:from, '/', 3))
                order by tenant_id, incarnation, stack limit :most
            ), gone as (
                delete from stack_revision v using stacks s
                where v.tenant_id = s.tenant_id and v.incarnation = s.incarnation and v.stack = s.stack
                  and v.revision < s.revision
                  and v.created_at < to_timestamp(cast(:before as bigint) / 1000.0)
                  and exists (select 1 from stack_revision n where n.tenant_id = v.tenant_id
                      and n.incarnation = v.incarnation and n.stack = v.stack and n.revision > v.revision)
                  and not exists (select 1 from stack_applied a where a.tenant_id = v.tenant_id
                      and a.incarnation = v.incarnation and a.stack = v.stack and a.revision = v.revision)
                  and not exists (select 1 from run r where r.tenant_id = v.tenant_id
                      and r.incarnation = v.incarnation and r.stack = v.stack and r.revision = v.revision
                      and r.finished_at is null)
                returning 1)
            select (select count(*) from gone) as gone, count(*) as seen,
                   (array_agg(tenant_id || '/' || incarnation || '/' || stack
                       order by tenant_id desc, incarnation desc, stack desc))[1] as last
            from stacks
            """;

    private final RetentionConfig config;
    private final Batch batch;

    OldRevisions(RetentionConfig config) {
        this.config = config;
        this.batch = new Batch(SQL, config);
    }

    @Override
    public String name() {
        return "revisions";
    }

    @Override
    public Uni<Swept> sweep(Mutiny.Session session, String from, Instant now) {
        return batch.run(session, from, now, config.revisions());
    }
}
