package io.leasehold.state.source;

import io.leasehold.state.Ids;
import io.leasehold.state.retention.Batch;
import io.leasehold.state.retention.RetentionConfig;
import io.leasehold.state.retention.Sweep;
import io.leasehold.state.retention.Swept;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Keeps when each process of this service started, by the database's clock. Nothing waits for it:
 * one that is killed before it is noted is not there, which speaks for no record. Safe to share.
 */
@ApplicationScoped
class ServiceStarts implements Sweep {
    private static final Logger LOGGER = Logger.getLogger(ServiceStarts.class);
    private static final Duration KEPT = Duration.ofDays(1);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final Duration AGAIN_AT_MOST = Duration.ofSeconds(5);

    private final Mutiny.SessionFactory sessions;
    private final Batch batch;
    private final String boot;

    ServiceStarts(Mutiny.SessionFactory sessions, RetentionConfig config, Ids ids) {
        this.sessions = sessions;
        this.batch = Batch.byAge("service_start", "boot_id", "started_at", config);
        this.boot = ids.next();
    }

    void onStart(@Observes StartupEvent event) {
        Uni.createFrom()
                .deferred(this::note)
                .onFailure()
                .invoke(failure ->
                        LOGGER.debugf("start not noted yet reason=%s", failure.getMessage()))
                .onFailure()
                .retry()
                .withBackOff(AGAIN, AGAIN_AT_MOST)
                .indefinitely()
                .subscribe()
                .with(_ -> {}, failure -> LOGGER.debugf("start not noted, ending"));
    }

    private Uni<Void> note() {
        return sessions.withTransaction((session, _) -> note(session));
    }

    /**
     * Notes this one if it is not yet, in the caller's transaction. However late that is: the
     * process began before it took in anything.
     */
    Uni<Void> note(Mutiny.Session session) {
        return session.createNativeQuery(
                        """
                        insert into service_start (boot_id, started_at) values (:boot,
                            statement_timestamp() - cast(:up as bigint) * interval '1 millisecond')
                        on conflict do nothing
                        """)
                .setParameter("boot", boot)
                .setParameter("up", ManagementFactory.getRuntimeMXBean().getUptime())
                .executeUpdate()
                .replaceWithVoid();
    }

    @Override
    public String name() {
        return "service-starts";
    }

    @Override
    public Uni<Swept> sweep(Mutiny.Session session, String from, Instant now) {
        return batch.run(session, from, now, KEPT);
    }
}
