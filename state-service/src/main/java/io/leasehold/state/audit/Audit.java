package io.leasehold.state.audit;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.OffsetDateTime;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Writes down who did what to whom and why, in the transaction that does it. */
@ApplicationScoped
public class Audit {
    private final Clock clock;

    /** Takes the time from this clock. */
    public Audit(Clock clock) {
        this.clock = clock;
    }

    /**
     * Adds one entry. It is there when the session's transaction commits, and only then.
     *
     * @param actor the caller's name
     * @param action what was done, lower-case with dashes, such as {@code read-output}
     * @param subject what it was done to
     * @param reason in the actor's words
     */
    public Uni<Void> record(
            Mutiny.Session session,
            String actor,
            String action,
            String subject,
            @Nullable String reason) {
        OffsetDateTime at = OffsetDateTime.now(clock);
        return session.persist(new AuditEntry(at, actor, action, subject, reason))
                .chain(session::flush);
    }
}
