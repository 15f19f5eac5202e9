package io.leasehold.provisioner.runner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Lease;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateOperation;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Claims for tests. */
final class Claims {

    private Claims() {}

    static Claim apply(String tenant, String stack, boolean direct) {
        return of(RunKind.APPLY, tenant, stack, direct, false);
    }

    /** After a run of the stack was lost in the middle of its apply. */
    static Claim interrupted(String tenant, String stack) {
        return of(RunKind.APPLY, tenant, stack, false, true);
    }

    /** Of a stack that nothing looks at before it goes. */
    static Claim destroy(String tenant, String stack, boolean interrupted) {
        return destroy(tenant, stack, interrupted, 1);
    }

    static Claim destroy(String tenant, String stack, boolean interrupted, int attempt) {
        return of(RunKind.DESTROY, tenant, stack, true, interrupted, attempt);
    }

    /** Of what an operator asked. */
    static Claim operation(String tenant, String stack, StateOperation operation) {
        return of(RunKind.STATE, tenant, stack, false, false).with(operation);
    }

    /** A check for drift, which holds no lease. */
    static Claim check(String tenant, String stack) {
        return under(null, of(RunKind.DRIFT, tenant, stack, false, false));
    }

    /** With inputs of its own. */
    static Claim with(Claim of, JsonNode inputs) {
        return new Claim(
                of.runId(),
                of.kind(),
                of.stack(),
                of.lease(),
                of.generation(),
                of.revision(),
                of.attempt(),
                of.blueprint(),
                of.blueprintVersion(),
                of.moduleDigest(),
                inputs,
                of.endpoints(),
                of.direct(),
                of.interrupted(),
                of.stateVersion(),
                of.timeoutMillis(),
                of.traceparent(),
                of.credential(),
                of.operation(),
                of.planned());
    }

    /** With a lease that ends sooner. */
    static Claim lasting(Claim of, Duration lease) {
        return under(new Lease("lease-1", 1, lease.toMillis()), of);
    }

    private static Claim under(@Nullable Lease lease, Claim of) {
        return new Claim(
                of.runId(),
                of.kind(),
                of.stack(),
                lease,
                of.generation(),
                of.revision(),
                of.attempt(),
                of.blueprint(),
                of.blueprintVersion(),
                of.moduleDigest(),
                of.inputs(),
                of.endpoints(),
                of.direct(),
                of.interrupted(),
                of.stateVersion(),
                of.timeoutMillis(),
                of.traceparent());
    }

    private static Claim of(
            RunKind kind, String tenant, String stack, boolean direct, boolean interrupted) {
        return of(kind, tenant, stack, direct, interrupted, 1);
    }

    private static Claim of(
            RunKind kind,
            String tenant,
            String stack,
            boolean direct,
            boolean interrupted,
            int attempt) {
        return new Claim(
                        "run-1",
                        kind,
                        new StackRef(tenant, 1, stack),
                        new Lease("lease-1", 1, 30_000),
                        1,
                        1,
                        attempt,
                        "starter",
                        "1.0.0",
                        "0".repeat(64),
                        JsonNodeFactory.instance.objectNode().put("tenant_id", tenant),
                        List.of("postgres.tenants.internal:5432"),
                        direct,
                        interrupted,
                        1,
                        60_000,
                        null)
                .with("credential-1");
    }
}
