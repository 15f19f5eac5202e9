package io.leasehold.state.lease;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.agroal.api.AgroalDataSource;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.sealing.KeyOwner;
import io.leasehold.state.sealing.Sealer;
import io.leasehold.state.sealing.Sealers;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Fills the ledger with tenants of one stack, written by the database itself. */
@ApplicationScoped
class ManyTenants {
    private final AgroalDataSource database;
    private final Ledger ledger;
    private final Sealers sealers;

    ManyTenants(AgroalDataSource database, Ledger ledger, Sealers sealers) {
        this.database = database;
        this.ledger = ledger;
        this.sealers = sealers;
    }

    /** Forgets all tenants there are. */
    void forget() {
        ledger.update(
                "truncate life, stack, stack_revision, stack_applied, state_lock, turn, run, outbox");
    }

    /**
     * Adds tenants whose stacks fell due one after the other, a millisecond apart.
     *
     * @param claimable so many of them, the first, have inputs that can be read
     */
    void add(String prefix, int tenants, int claimable) throws SQLException {
        for (String rows :
                List.of(
                        """
                        insert into life (tenant_id, incarnation, generation, spec_hash, lifecycle, accepted_at,
                            blueprint_name, blueprint_version)
                        select ? || i, 1, 1, 'h', 'active', clock_timestamp(), 'starter', '1.0.0'
                        from generate_series(1, ?) i
                        """,
                        """
                        insert into stack_revision (tenant_id, incarnation, stack, revision, wanted, input_hash,
                            generation, module_digest, inputs, endpoints, outputs_allowed, policy, timeout_millis,
                            created_at)
                        select ? || i, 1, 'database', 1, true, 'h', 1, 'd', '', '[]', '[]', '{}', 600000, now()
                        from generate_series(1, ?) i
                        """,
                        """
                        insert into stack (tenant_id, incarnation, stack, wanted, revision, generation,
                            blueprint_name, blueprint_version, due, due_since, changed_at)
                        select ? || i, 1, 'database', true, 1, 1, 'starter', '1.0.0', true,
                            now() - interval '1 hour' + i * interval '1 millisecond', now()
                        from generate_series(1, ?) i
                        """)) {
            ledger.update(rows, prefix, tenants);
        }
        seal(prefix, claimable);
        ledger.update("analyze");
    }

    private void seal(String prefix, int claimable) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement inputs =
                        connection.prepareStatement(
                                "update stack_revision set inputs = ? where tenant_id = ?")) {
            for (int i = 1; i <= claimable; i++) {
                StackRef stack = new StackRef(prefix + i, 1, "database");
                Sealer sealer = Ledger.await(() -> sealers.of(KeyOwner.of(stack)));
                inputs.setBytes(
                        1, sealer.seal("{\"size\":3}".getBytes(UTF_8), "inputs:" + stack.key()));
                inputs.setString(2, stack.tenantId());
                inputs.addBatch();
            }
            inputs.executeBatch();
        }
    }
}
