package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.WorkerThreads;
import io.leasehold.state.audit.Audit;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/** Serves states. A person's look at one is audited: states hold secrets. */
@ApplicationScoped
class StateReads {
    private final Mutiny.SessionFactory sessions;
    private final StateRows rows;
    private final StatePacking packing;
    private final WorkerThreads workers;
    private final Audit audit;

    StateReads(
            Mutiny.SessionFactory sessions,
            StateRows rows,
            StatePacking packing,
            WorkerThreads workers,
            Audit audit) {
        this.sessions = sessions;
        this.rows = rows;
        this.packing = packing;
        this.workers = workers;
        this.audit = audit;
    }

    /** The newest state that is served. */
    Uni<Optional<Served>> newest(StackRef stack, Optional<String> person) {
        if (person.isEmpty()) {
            return sessions.withSession(session -> rows.newest(session, stack))
                    .chain(stored -> opened(stack, stored));
        }
        return sessions.withTransaction((session, _) ->
                        audited(session, person.get(), stack.key(), rows.newest(session, stack)))
                .chain(stored -> opened(stack, stored));
    }

    /** One version, whatever its kind, unless it is deleted. */
    Uni<Optional<Served>> version(StackRef stack, long version, String person) {
        return sessions.withTransaction((session, _) ->
                        audited(
                                session,
                                person,
                                stack + " version " + version,
                                rows.visible(session, stack, version)))
                .chain(stored -> opened(stack, stored));
    }

    private Uni<Optional<StateRows.Stored>> audited(
            Mutiny.Session session,
            String person,
            String subject,
            Uni<Optional<StateRows.Stored>> read) {
        return read.call(stored ->
                stored.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : audit.record(session, person, "read-state", subject, null));
    }

    private Uni<Optional<Served>> opened(StackRef stack, Optional<StateRows.Stored> stored) {
        return stored.isEmpty()
                ? Uni.createFrom().item(Optional.empty())
                : workers.call(() -> Optional.of(open(stack, stored.get())));
    }

    private Served open(StackRef stack, StateRows.Stored stored) {
        return new Served(stored.version(), stored.md5(), packing.unpack(stack, stored.packed()));
    }

    /**
     * A state on its way out.
     *
     * @param md5 lower-case hex
     */
    record Served(long version, String md5, byte[] plain) {}
}
