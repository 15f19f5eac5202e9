package io.leasehold.state.lease;

import io.leasehold.ledger.api.ClaimRequest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Notes that a worker was here, at most once a minute, apart from what it came for. So people can
 * see who has not asked for work for long. Safe to share.
 */
@ApplicationScoped
class Presence {
    private static final Logger LOGGER = Logger.getLogger(Presence.class);
    private static final Duration EVERY = Duration.ofMinutes(1);

    /** More names than this are no fleet but a fault; then all are forgotten, and noted again. */
    private static final int MOST = 10_000;

    private final Mutiny.SessionFactory sessions;
    private final Clock clock;
    private final Map<String, Instant> noted = new ConcurrentHashMap<>();

    Presence(Mutiny.SessionFactory sessions, Clock clock) {
        this.sessions = sessions;
        this.clock = clock;
    }

    /** Notes it if that is due. What fails here fails nothing else. */
    Uni<Void> note(ClaimRequest request) {
        Instant now = clock.instant();
        String who = request.worker() + "\n" + request.bootId();
        Instant last = noted.get(who);
        if (last != null && now.isBefore(last.plus(EVERY))) {
            return Uni.createFrom().voidItem();
        }
        if (noted.size() >= MOST) {
            noted.clear();
        }
        noted.put(who, now);
        return sessions.withTransaction(session ->
                        session.createNativeQuery(
                                        """
                                        update worker set last_seen = clock_timestamp()
                                        where name = :name and boot_id = :boot
                                          and last_seen < clock_timestamp() - interval '30 seconds'
                                        """)
                                .setParameter("name", request.worker())
                                .setParameter("boot", request.bootId())
                                .executeUpdate()
                                .replaceWithVoid())
                .onFailure()
                .recoverWithUni(failure -> {
                    LOGGER.debugf(
                            "worker not noted worker=%s reason=%s",
                            request.worker(), failure.getMessage());
                    return Uni.createFrom().voidItem();
                });
    }
}
