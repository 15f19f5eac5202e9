package io.leasehold.state.tenant;

import io.leasehold.state.retention.Batch;
import io.leasehold.state.retention.RetentionConfig;
import io.leasehold.state.retention.Sweep;
import io.leasehold.state.retention.Swept;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Lets go of the content of a life's old generations. An event that comes again with one of them is
 * stale instead of known, and either way changes nothing.
 */
@ApplicationScoped
class OldGenerations implements Sweep {
    private static final String SQL =
            """
            with lives as (
                select tenant_id, incarnation from life
                where (tenant_id, incarnation) > (split_part(:from, '/', 1),
                    cast(coalesce(nullif(split_part(:from, '/', 2), ''), '0') as int))
                order by tenant_id, incarnation limit :most
            ), gone as (
                delete from life_generation g using lives l
                where g.tenant_id = l.tenant_id and g.incarnation = l.incarnation
                  and g.generation <= (select n.generation from life_generation n
                      where n.tenant_id = l.tenant_id and n.incarnation = l.incarnation
                      order by n.generation desc offset {keep} limit 1)
                  and cast(:before as bigint) > 0
                returning 1)
            select (select count(*) from gone) as gone, count(*) as seen,
                   (array_agg(tenant_id || '/' || incarnation order by tenant_id desc, incarnation desc))[1] as last
            from lives
            """;

    private final Batch batch;

    OldGenerations(RetentionConfig config) {
        // Of a number, not of a time: a life that was quiet for a year still knows its last ones.
        this.batch =
                new Batch(
                        SQL.replace("{keep}", Integer.toString(Math.max(1, config.generations()))),
                        config);
    }

    @Override
    public String name() {
        return "generations";
    }

    @Override
    public Uni<Swept> sweep(Mutiny.Session session, String from, Instant now) {
        return batch.run(session, from, now, Duration.ZERO);
    }
}
