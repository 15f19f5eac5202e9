package io.leasehold.provisioner.runner;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Lease;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.StackRef;
import java.util.List;

/** Claims for tests. */
final class Claims {

    private Claims() {}

    static Claim apply(String tenant, String stack, boolean direct) {
        return apply(tenant, stack, direct, false);
    }

    /** After a run of the stack was lost in the middle of its apply. */
    static Claim interrupted(String tenant, String stack) {
        return apply(tenant, stack, false, true);
    }

    private static Claim apply(String tenant, String stack, boolean direct, boolean interrupted) {
        return new Claim(
                        "run-1",
                        RunKind.APPLY,
                        new StackRef(tenant, 1, stack),
                        new Lease("lease-1", 1, 30_000),
                        1,
                        1,
                        1,
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
