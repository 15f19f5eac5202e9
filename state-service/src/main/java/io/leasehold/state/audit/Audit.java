package io.leasehold.state.audit;

import io.leasehold.state.request.CurrentRequest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.OffsetDateTime;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Writes down who did what to whom and why, in the transaction that does it. An entry is there when
 * the session's transaction commits, and only then; afterwards nothing changes it. The request's id
 * and the role it is served by are added by themselves. Safe to share.
 */
@ApplicationScoped
public class Audit {
    private final Clock clock;
    private final CurrentRequest request;

    /** Takes the time from this clock. */
    public Audit(Clock clock, CurrentRequest request) {
        this.clock = clock;
        this.request = request;
    }

    /**
     * Adds one entry; the tenant is the one that the subject begins with.
     *
     * @param actor the caller's name
     * @param action what was done, lower-case with dashes, such as {@code read-output}
     * @param subject what it was done to: {@code tenant/incarnation…} for all that is a tenant's
     * @param reason in the actor's words
     */
    public Uni<Void> record(
            Mutiny.Session session,
            String actor,
            String action,
            String subject,
            @Nullable String reason) {
        return record(session, Deed.to(actor, action, subject, reason));
    }

    /** An entry that goes along with a statement of the caller's, which does the deed. */
    public Along along(String actor, String action, String subject, @Nullable String reason) {
        return new Along(
                OffsetDateTime.now(clock),
                Deed.to(actor, action, subject, reason),
                request.role(),
                request.id());
    }

    /** Adds one entry. */
    public Uni<Void> record(Mutiny.Session session, Deed deed) {
        return add(session, deed, AuditEntry.Outcome.DONE);
    }

    /** Adds the entry of something that was not allowed. */
    Uni<Void> refused(Mutiny.Session session, Deed deed) {
        return add(session, deed, AuditEntry.Outcome.REFUSED);
    }

    private Uni<Void> add(Mutiny.Session session, Deed deed, AuditEntry.Outcome outcome) {
        AuditEntry entry = new AuditEntry(OffsetDateTime.now(clock), deed, outcome);
        entry.role = request.role();
        entry.requestId = request.id();
        return session.persist(entry).chain(session::flush);
    }
}
