package io.leasehold.state.run;

import io.leasehold.state.retention.Batch;
import io.leasehold.state.retention.RetentionConfig;
import io.leasehold.state.retention.Sweep;
import io.leasehold.state.retention.Swept;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Lets old runs go. What is asked about again stays: the last run and the run at work of each
 * stack, what was applied last, what an open dead letter or an open orphan is of, whatever has a
 * log, and applies that may have made things of which no state knows, until one is applied.
 */
@ApplicationScoped
class OldRuns implements Sweep {
    private static final String OF_RUN =
            " x.tenant_id = r.tenant_id and x.incarnation = r.incarnation and x.stack = r.stack ";

    private static final String SQL =
            """
            with old as (
                select run_id from run
                where run_id > :from and run_id < run_id_from(to_timestamp(cast(:before as bigint) / 1000.0))
                order by run_id limit :most
            ), gone as (
                delete from run r using old o where r.run_id = o.run_id
                  and coalesce(r.finished_at, r.started_at) < to_timestamp(cast(:before as bigint) / 1000.0)
                  and not exists (select 1 from stack x where {of-run}
                      and r.run_id in (x.last_run, x.lease_run, x.drift_run))
                  and not exists (select 1 from stack_applied x where {of-run} and x.run_id = r.run_id)
                  and not exists (select 1 from dead_letter x where {of-run} and x.run_id = r.run_id
                      and x.status = 'OPEN' and x.kind = 'RUN')
                  and not exists (select 1 from state_version x where {of-run} and x.run_id = r.run_id
                      and x.kind = 'ORPHAN' and x.settled_at is null)
                  and not ({left-open}
                      and exists (select 1 from stack x where {of-run} and x.apply_started and not x.destroyed)
                      and not exists (select 1 from stack_applied x where {of-run}
                          and x.applied_at >= r.started_at))
                  and not exists (select 1 from run_log l where l.run_id = r.run_id)
                returning 1)
            select (select count(*) from gone) as gone, count(*) as seen, max(run_id) as last from old
            """
                    .replace("{of-run}", OF_RUN)
                    .replace("{left-open}", RunRow.leftOpen("r"));

    private final RetentionConfig config;
    private final Batch batch;

    OldRuns(RetentionConfig config) {
        this.config = config;
        this.batch = new Batch(SQL, config);
    }

    @Override
    public String name() {
        return "runs";
    }

    @Override
    public Uni<Swept> sweep(Mutiny.Session session, String from, Instant now) {
        return batch.run(session, from, now, config.runs());
    }
}
