package io.leasehold.state.audit;

import io.leasehold.state.retention.Partition;
import io.leasehold.state.retention.Partitions;
import io.leasehold.state.retention.RetentionConfig;
import io.leasehold.state.retention.Sweep;
import io.leasehold.state.retention.Swept;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The months of the audit: the coming one is made in time, and one that is past its time is
 * dropped, which is the only way out of the audit. Any number of processes may do this.
 */
@ApplicationScoped
class AuditPartitions implements Sweep {
    private static final String TABLE = "audit";

    private final Partitions partitions;
    private final RetentionConfig config;

    AuditPartitions(Partitions partitions, RetentionConfig config) {
        this.partitions = partitions;
        this.config = config;
    }

    @Scheduled(every = "PT6H", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> keepAhead() {
        return partitions.keepAhead(TABLE);
    }

    @Override
    public String name() {
        return TABLE;
    }

    @Override
    public Uni<Swept> sweep(Mutiny.Session session, String from, Instant now) {
        return partitions
                .endedBy(session, TABLE, now.minus(config.audit()))
                .chain(ended -> {
                    if (ended.isEmpty()) {
                        return Uni.createFrom().item(new Swept(0, null));
                    }
                    Partition oldest = ended.getFirst();
                    return partitions
                            .drop(session, oldest)
                            .replaceWith(new Swept(1, ended.size() == 1 ? null : oldest.name()));
                });
    }
}
