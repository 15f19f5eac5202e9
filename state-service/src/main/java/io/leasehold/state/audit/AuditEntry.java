package io.leasehold.state.audit;

import io.leasehold.ledger.api.AuditView;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.OffsetDateTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One row of the audit. Written once, never changed. */
@Entity
@Table(name = "audit")
class AuditEntry {
    /** What became of it. */
    enum Outcome {
        DONE,
        REFUSED
    }

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    @Nullable Long id;

    OffsetDateTime at;
    String actor;
    @Nullable String role;
    String action;
    String subject;

    @Column(name = "tenant_id")
    @Nullable String tenantId;

    @Nullable String reason;

    @Enumerated(EnumType.STRING)
    Outcome outcome;

    @Column(name = "request_id")
    @Nullable String requestId;

    AuditEntry(OffsetDateTime at, Deed deed, Outcome outcome) {
        this.at = at;
        this.actor = deed.actor();
        this.action = deed.action();
        this.subject = deed.subject();
        this.tenantId = deed.tenantId();
        this.reason = deed.reason();
        this.outcome = outcome;
    }

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init") // Hibernate fills the fields after this constructor
    AuditEntry() {}

    long number() {
        return Objects.requireNonNull(id);
    }

    AuditView view() {
        return new AuditView(
                number(),
                at.toInstant().toString(),
                actor,
                role,
                action,
                subject,
                tenantId,
                reason,
                outcome.name(),
                requestId);
    }
}
