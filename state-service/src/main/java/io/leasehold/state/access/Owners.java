package io.leasehold.state.access;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Whose a thing is that a path names by its id. Safe to share. */
@ApplicationScoped
class Owners {
    private final Mutiny.SessionFactory sessions;

    Owners(Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    /** The stack of a run. */
    Uni<Target> ofRun(String runId) {
        return find("select tenant_id, incarnation, stack from run where run_id = :id", runId);
    }

    /** The tenant of a dead letter, and its stack if it is of one. */
    Uni<Target> ofDeadLetter(String id) {
        return find("select tenant_id, incarnation, stack from dead_letter where id = :id", id);
    }

    private Uni<Target> find(String sql, String id) {
        return sessions.withSession(session ->
                        session.createNativeQuery(sql, Tuple.class)
                                .setParameter("id", id)
                                .getSingleResultOrNull())
                .map(Owners::target);
    }

    /** What nobody owns, or what is not there, is for those only who may see everything. */
    private static Target target(@Nullable Tuple row) {
        String tenant = row == null ? null : row.get("tenant_id", String.class);
        if (row == null || tenant == null) {
            return new Target.Everything();
        }
        String stack = row.get("stack", String.class);
        Integer incarnation = row.get("incarnation", Integer.class);
        return stack == null || incarnation == null
                ? new Target.Tenant(tenant)
                : new Target.Stack(tenant, incarnation.toString(), stack);
    }
}
