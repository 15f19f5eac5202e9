package io.leasehold.state;

import io.smallrye.mutiny.Uni;
import org.hibernate.reactive.mutiny.Mutiny;

/** Work that one replica does at a time, while the others pass it over. */
public final class OneReplica {

    private OneReplica() {}

    /**
     * Whether the caller is the one, until its transaction ends.
     *
     * @param work its name among the database's advisory locks
     */
    public static Uni<Boolean> takes(Mutiny.Session session, long work) {
        return session.createNativeQuery("select pg_try_advisory_xact_lock(:work)", Boolean.class)
                .setParameter("work", work)
                .getSingleResult();
    }
}
