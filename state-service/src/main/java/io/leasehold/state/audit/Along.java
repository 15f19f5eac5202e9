package io.leasehold.state.audit;

import java.time.OffsetDateTime;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the audit that goes along with the statement which does the deed: both are there or
 * neither, and one round trip is saved. For one statement.
 */
public final class Along {
    private static final String COLUMNS =
            "audited as (insert into audit (at, actor, role, action, subject, tenant_id, reason,"
                    + " outcome, request_id) select cast(cast(:auditAt as text) as timestamptz),"
                    + " cast(:auditActor as text), cast(:auditRole as text),"
                    + " cast(:auditAction as text), cast(:auditSubject as text)";
    private static final String REST =
            ", cast(:auditTenant as text), cast(:auditReason as text), 'DONE',"
                    + " cast(:auditRequest as text)";

    private final OffsetDateTime at;
    private final Deed deed;
    private final @Nullable String role;
    private final @Nullable String request;

    Along(OffsetDateTime at, Deed deed, @Nullable String role, @Nullable String request) {
        this.at = at;
        this.deed = deed;
        this.role = role;
        this.request = request;
    }

    /** Something for the statement's {@code with}: the entry. */
    public String entry() {
        return COLUMNS + REST + ")";
    }

    /** The same, written once for each row of another part of the {@code with}. */
    public String entry(String part) {
        return entry(part, "");
    }

    /**
     * The same.
     *
     * @param more is put behind the subject, such as {@code || column}
     */
    public String entry(String part, String more) {
        return COLUMNS + more + REST + " from " + part + ")";
    }

    /** Says to the statement what the entry is. */
    public <T> Mutiny.SelectionQuery<T> bind(Mutiny.SelectionQuery<T> query) {
        return query.setParameter("auditAt", at.toString())
                .setParameter("auditActor", deed.actor())
                .setParameter("auditRole", role)
                .setParameter("auditAction", deed.action())
                .setParameter("auditSubject", deed.subject())
                .setParameter("auditTenant", deed.tenantId())
                .setParameter("auditReason", deed.reason())
                .setParameter("auditRequest", request);
    }
}
