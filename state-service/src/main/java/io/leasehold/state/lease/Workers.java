package io.leasehold.state.lease;

import io.leasehold.ledger.api.WorkerRegistration;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Which process bears a worker's name now. Safe to share. */
@ApplicationScoped
public class Workers {
    private static final Logger LOGGER = Logger.getLogger(Workers.class);

    private final Mutiny.SessionFactory sessions;
    private final LostLeases lost;

    /** Frees leases of older boots through {@code lost}. */
    public Workers(Mutiny.SessionFactory sessions, LostLeases lost) {
        this.sessions = sessions;
        this.lost = lost;
    }

    /** Makes this boot the bearer of the name, and frees what an older boot held. */
    public Uni<Void> register(WorkerRegistration worker) {
        if (worker.name().isBlank() || worker.bootId().isBlank()) {
            throw new Refusal(400, "WORKER_INVALID", "A worker needs a name and a boot id.");
        }
        LOGGER.infof("worker registered worker=%s bootId=%s", worker.name(), worker.bootId());
        return sessions.withTransaction(session -> put(session, worker))
                .chain(() -> lost.freeOlderBoots(worker));
    }

    /**
     * Takes leave of a boot that has no run at work any more: what it was given and never began is
     * free at once, and it is given nothing more. Of another boot of the name nothing is touched.
     */
    public Uni<Void> leave(WorkerRegistration worker) {
        LOGGER.infof("worker left worker=%s bootId=%s", worker.name(), worker.bootId());
        return sessions.withTransaction(session -> remove(session, worker))
                .chain(() -> lost.freeBoot(worker));
    }

    private static Uni<Void> remove(Mutiny.Session session, WorkerRegistration worker) {
        return session.createNativeQuery(
                        "delete from worker where name = :name and boot_id = :boot")
                .setParameter("name", worker.name())
                .setParameter("boot", worker.bootId())
                .executeUpdate()
                .replaceWithVoid();
    }

    private static Uni<Void> put(Mutiny.Session session, WorkerRegistration worker) {
        return session.createNativeQuery(
                        """
                        insert into worker (name, boot_id, registered_at, last_seen)
                        values (:name, :boot, clock_timestamp(), clock_timestamp())
                        on conflict (name) do update set
                            boot_id = excluded.boot_id,
                            registered_at = case when worker.boot_id = excluded.boot_id
                                then worker.registered_at else excluded.registered_at end,
                            last_seen = excluded.last_seen
                        """)
                .setParameter("name", worker.name())
                .setParameter("boot", worker.bootId())
                .executeUpdate()
                .replaceWithVoid();
    }

    /**
     * Refuses a process that is not the bearer of its name: a newer one registered, or it never
     * did.
     */
    Uni<Void> mustBear(Mutiny.Session session, String name, String bootId) {
        return session.createNativeQuery(
                        "select boot_id from worker where name = :name", String.class)
                .setParameter("name", name)
                .getSingleResultOrNull()
                .invoke(boot -> mustBear(boot, bootId))
                .replaceWithVoid();
    }

    private static void mustBear(@Nullable String registered, String bootId) {
        if (!bootId.equals(registered)) {
            throw notBearer(registered);
        }
    }

    /**
     * What is said to a process that is not the bearer of its name.
     *
     * @param registered the boot that is; null when none is
     */
    static Refusal notBearer(@Nullable String registered) {
        return new Refusal(
                409,
                "WORKER_NOT_REGISTERED",
                registered == null
                        ? "No worker of this name is registered: register first."
                        : "Another process registered under this name later on; give each"
                                + " worker a name of its own.");
    }
}
