package io.leasehold.state.audit;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Makes the coming month's partition of the audit in time. What is written without one goes to a
 * partition for the rest, so nothing fails for want of it. Any number of processes may do this.
 */
@ApplicationScoped
class AuditPartitions {
    private static final Logger LOGGER = Logger.getLogger(AuditPartitions.class);

    private final Mutiny.SessionFactory sessions;

    AuditPartitions(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    @Scheduled(every = "PT6H", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> keepAhead() {
        // A new partition locks the table: whoever waits for it for longer makes others wait too.
        return sessions.withTransaction(session ->
                        text(session, "select set_config('lock_timeout', '2s', true)")
                                .chain(() ->
                                        text(session, "select cast(audit_partitions() as text)")))
                .onFailure()
                .recoverWithUni(failure -> {
                    LOGGER.warnf("audit partition not made yet reason=%s", failure.getMessage());
                    return Uni.createFrom().voidItem();
                });
    }

    private static Uni<Void> text(Mutiny.Session session, String sql) {
        return session.createNativeQuery(sql, String.class).getResultList().replaceWithVoid();
    }
}
