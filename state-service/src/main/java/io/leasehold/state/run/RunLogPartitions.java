package io.leasehold.state.run;

import io.leasehold.state.retention.Batch;
import io.leasehold.state.retention.Partition;
import io.leasehold.state.retention.Partitions;
import io.leasehold.state.retention.RetentionConfig;
import io.leasehold.state.retention.Sweep;
import io.leasehold.state.retention.Swept;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The weeks of the runs' logs, by when a run began: those to come are made in time, and one that is
 * past its time is dropped, unless one of its runs is still at work. Lines that lie in no week go
 * in small batches, once their run is past its time.
 */
@ApplicationScoped
class RunLogPartitions implements Sweep {
    private static final String TABLE = "run_log";

    /** Whether a run that began before then is at work. */
    private static final String AT_WORK =
            """
            select exists (select 1 from stack
                where lease_id is not null and lease_run < run_id_from(to_timestamp(cast(:end as bigint) / 1000.0))
                   or drift_run_until > clock_timestamp()
                      and drift_run < run_id_from(to_timestamp(cast(:end as bigint) / 1000.0)))
            """;

    private static final String REST =
            """
            with old as (
                select l.ctid as at, l.run_id from run_log_rest l
                left join run r on r.run_id = l.run_id
                where cast(:from as text) is not null
                  and coalesce(r.finished_at, r.started_at, l.at) < to_timestamp(cast(:before as bigint) / 1000.0)
                  and not exists (select 1 from stack s where s.tenant_id = r.tenant_id
                      and s.incarnation = r.incarnation and s.stack = r.stack and s.lease_id is not null
                      and s.lease_run = r.run_id)
                limit :most
            ), gone as (
                delete from run_log_rest where ctid = any (array (select at from old)) returning 1)
            select (select count(*) from gone) as gone, (select count(*) from old) as seen, 'rest' as last
            """;

    private final Partitions partitions;
    private final RetentionConfig config;
    private final Batch rest;

    RunLogPartitions(Partitions partitions, RetentionConfig config) {
        this.partitions = partitions;
        this.config = config;
        this.rest = new Batch(REST, config);
    }

    @Scheduled(every = "PT6H", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> keepAhead() {
        return partitions.keepAhead(TABLE);
    }

    @Override
    public String name() {
        return "run-logs";
    }

    @Override
    public Uni<Swept> sweep(Mutiny.Session session, String from, Instant now) {
        return partitions
                .endedBy(session, TABLE, now.minus(config.runLogs()))
                .chain(ended -> dropFirst(session, ended))
                .chain(dropped ->
                        dropped.gone() > 0
                                ? Uni.createFrom().item(dropped)
                                : rest.run(session, from, now, config.runLogs()));
    }

    private Uni<Swept> dropFirst(Mutiny.Session session, List<Partition> ended) {
        if (ended.isEmpty()) {
            return Uni.createFrom().item(new Swept(0, null));
        }
        Partition oldest = ended.getFirst();
        return session.createNativeQuery(AT_WORK, Boolean.class)
                .setParameter("end", oldest.end().toEpochMilli())
                .getSingleResult()
                .chain(atWork ->
                        atWork
                                ? Uni.createFrom().item(new Swept(0, null))
                                : partitions
                                        .drop(session, oldest)
                                        .replaceWith(new Swept(1, oldest.name())));
    }
}
