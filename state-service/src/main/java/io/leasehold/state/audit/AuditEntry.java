package io.leasehold.state.audit;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** One row of the audit. Written once, never changed; Hibernate alone reads the fields. */
@Entity
@Table(name = "audit")
class AuditEntry {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    @Nullable Long id;

    OffsetDateTime at;
    String actor;
    String action;
    String subject;
    @Nullable String reason;

    AuditEntry(
            OffsetDateTime at,
            String actor,
            String action,
            String subject,
            @Nullable String reason) {
        this.at = at;
        this.actor = actor;
        this.action = action;
        this.subject = subject;
        this.reason = reason;
    }

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init") // Hibernate fills the fields after this constructor
    AuditEntry() {}
}
