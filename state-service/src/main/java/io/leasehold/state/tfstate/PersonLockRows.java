package io.leasehold.state.tfstate;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.audit.Along;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The statements that take and free people's locks. Each looks at who holds the stack under the
 * stack's lock, and needs no transaction around it: one round trip, all or nothing.
 */
@ApplicationScoped
class PersonLockRows {
    private static final String HELD =
            "with held as materialized (select * from stack_hold(:tenant, :incarnation, :stack)), ";

    /**
     * Who held the stack before, and whether that was changed.
     *
     * @param done the lock was taken, or freed
     */
    record Done(StackHold before, boolean done) {
        private static Done of(Tuple row) {
            return new Done(StateRows.hold(row), row.get("done", Boolean.class));
        }
    }

    /**
     * Takes a lock unless somebody holds the stack.
     *
     * @param along is written when it is taken
     */
    Uni<Done> take(
            Mutiny.Session session,
            StackRef stack,
            LockInfo.Written lock,
            String holder,
            Along along) {
        return changing(
                        session,
                        stack,
                        along,
                        """
                        insert into state_lock (tenant_id, incarnation, stack, lock_id, info, holder, since)
                        select :tenant, :incarnation, :stack, cast(:lock as text), cast(:info as text),
                            cast(:holder as text), clock_timestamp()
                        from held where lock_id is null and lease_id is null
                        """)
                .setParameter("lock", lock.id())
                .setParameter("info", lock.document())
                .setParameter("holder", holder)
                .getSingleResult()
                .map(Done::of);
    }

    /**
     * Frees the lock of that id if it is the one that is held.
     *
     * @param along is written when it is freed
     */
    Uni<Done> free(Mutiny.Session session, StackRef stack, String lockId, Along along) {
        return changing(
                        session,
                        stack,
                        along,
                        """
                        delete from state_lock l using held h
                        where l.tenant_id = :tenant and l.incarnation = :incarnation
                          and l.stack = :stack and l.lock_id = :lock and h.lock_id = :lock
                        """)
                .setParameter("lock", lockId)
                .getSingleResult()
                .map(Done::of);
    }

    /** Changes locks by what {@code held} says; the entry is written when one was changed. */
    private static Mutiny.SelectionQuery<Tuple> changing(
            Mutiny.Session session, StackRef stack, Along along, String change) {
        return along.bind(
                StateRows.query(
                        session,
                        HELD
                                + "changed as ("
                                + change
                                + " returning 1), "
                                + along.entry("changed")
                                + " select held.*, exists (select 1 from changed) as done from held",
                        stack));
    }

    /** Frees a lock in the caller's transaction and under the stack's lock. */
    Uni<Void> drop(Mutiny.Session session, StackRef stack, String lockId) {
        return session.createNativeQuery(
                        """
                        delete from state_lock where tenant_id = :tenant and incarnation = :incarnation
                          and stack = :stack and lock_id = :lock
                        """)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack())
                .setParameter("lock", lockId)
                .executeUpdate()
                .replaceWithVoid();
    }
}
