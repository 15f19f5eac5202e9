package io.leasehold.state.breaker;

import io.leasehold.ledger.api.Circumstances;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestWorker;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Tenants whose stacks are made of one module, and runs of them that fail alike. */
@ApplicationScoped
class AlikeTenants {
    static final Circumstances AT_THE_PROVIDER =
            new Circumstances(List.of("tenants-db"), "postgresql", "f1");

    private final Ledger ledger;
    private final TestWorker worker;
    private final OpenBreakers open;
    private final Mutiny.SessionFactory sessions;

    AlikeTenants(
            Ledger ledger, TestWorker worker, OpenBreakers open, Mutiny.SessionFactory sessions) {
        this.ledger = ledger;
        this.worker = worker;
        this.open = open;
        this.sessions = sessions;
    }

    /** Nothing is due, and no breaker is known. */
    void beginAnew() {
        worker.beginsWithNothingDue();
        ledger.update("delete from breaker");
        ledger.update("delete from breaker_failure");
        ledger.update(
                "update stack set hold_code = null, hold_by = null where hold_code = 'BREAKER'");
        looksAgain();
    }

    /** As a replica does that did not see what changed. */
    void looksAgain() {
        Ledger.await(() -> sessions.withSession(open::load));
    }

    /** A tenant whose one stack is due. */
    StackRef due(String module) {
        StackRef stack = ledger.due("a-" + UUID.randomUUID());
        ledger.update(
                "update stack_revision set module_digest = ? where tenant_id = ?",
                module,
                stack.tenantId());
        return stack;
    }

    Optional<Claim> claim() {
        return worker.claim("boot-1", "request-" + UUID.randomUUID(), Lane.LIFECYCLE, 0);
    }

    /** The next run fails so; gives its stack. */
    StackRef nextFails(String code, Circumstances shared) {
        Claim claim = claim().orElseThrow();
        worker.fails(claim, code, shared);
        return claim.stack();
    }

    /** So many tenants fail once each, one after the other. */
    void fail(String module, int tenants, String code, Circumstances shared) {
        for (int i = 0; i < tenants; i++) {
            due(module);
            nextFails(code, shared);
        }
    }

    /** Its wait is over. */
    void waitIsOver() {
        ledger.update("update breaker set open_until = clock_timestamp() where phase = 'OPEN'");
    }

    String phase() {
        return String.valueOf(ledger.value("select phase from breaker"));
    }

    long held() {
        return (Long)
                Objects.requireNonNull(
                        ledger.value("select count(*) from stack where hold_code = 'BREAKER'"));
    }
}
