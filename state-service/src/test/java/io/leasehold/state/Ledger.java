package io.leasehold.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.agroal.api.AgroalDataSource;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.sealing.KeyOwner;
import io.leasehold.state.sealing.Sealer;
import io.leasehold.state.sealing.Sealers;
import io.leasehold.state.tfstate.States;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Puts rows into the ledger and looks at them, past the service. */
@ApplicationScoped
public class Ledger {
    private final AgroalDataSource database;
    private final Sealers sealers;
    private final States states;
    private final Mutiny.SessionFactory sessions;

    Ledger(
            AgroalDataSource database,
            Sealers sealers,
            States states,
            Mutiny.SessionFactory sessions) {
        this.database = database;
        this.sealers = sealers;
        this.states = states;
        this.sessions = sessions;
    }

    /** Waits for something that the service does. */
    public static <T> T await(Supplier<Uni<T>> work) {
        try {
            return VertxContextSupport.subscribeAndAwait(work);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** A life with one stack that is due for its first revision. */
    public StackRef due(String tenant) {
        life(tenant, 1);
        return stack(tenant, "database");
    }

    public void life(String tenant, long generation) {
        update(
                """
                insert into life (tenant_id, incarnation, generation, spec_hash, lifecycle, accepted_at,
                    blueprint_name, blueprint_version)
                values (?, 1, ?, 'h', 'active', clock_timestamp(), 'starter', '1.0.0')
                """,
                tenant,
                generation);
    }

    /** A stack of a life that is due for its first revision. */
    public StackRef stack(String tenant, String name) {
        StackRef stack = new StackRef(tenant, 1, name);
        // First: a claim that waits may look as soon as the stack is due.
        revision(stack, 1, true);
        update(
                """
                insert into stack (tenant_id, incarnation, stack, wanted, revision, generation,
                    blueprint_name, blueprint_version, due, due_since, changed_at)
                values (?, 1, ?, true, 1, 1, 'starter', '1.0.0', true, clock_timestamp(),
                    clock_timestamp())
                """,
                tenant,
                name);
        long seed =
                await(() ->
                                sessions.withTransaction(
                                        session -> states.seed(session, List.of(stack))))
                        .version(stack);
        update("update stack set state_version = ? where tenant_id = ?", seed, tenant);
        return stack;
    }

    /** What a revision of a stack is made of. */
    public void revision(StackRef stack, long revision, boolean wanted) {
        Sealer sealer = await(() -> sealers.of(KeyOwner.of(stack)));
        update(
                """
                insert into stack_revision (tenant_id, incarnation, stack, revision, wanted, input_hash,
                    generation, module_digest, inputs, endpoints, outputs_allowed, policy, timeout_millis,
                    created_at)
                values (?, 1, ?, ?, ?, 'h', ?, ?, ?, '["db.internal:5432"]', '["host","password"]',
                    '{"deletion": "Delete", "approval": "auto", "drift": "report"}', 600000,
                    clock_timestamp())
                """,
                stack.tenantId(),
                stack.stack(),
                revision,
                wanted,
                revision,
                "d" + revision,
                sealer.seal("{\"size\":3}".getBytes(UTF_8), "inputs:" + stack.key()));
    }

    /** The stack is wanted at a newer revision. */
    public void newer(StackRef stack, long revision, boolean wanted) {
        revision(stack, revision, wanted);
        update(
                """
                update stack set revision = ?, generation = ?, wanted = ?, due = true,
                    due_since = clock_timestamp() where tenant_id = ? and stack = ?
                """,
                revision,
                revision,
                wanted,
                stack.tenantId(),
                stack.stack());
        update(
                "update life set generation = ?, lifecycle = ? where tenant_id = ?",
                revision,
                wanted ? "active" : "deleted",
                stack.tenantId());
    }

    /** From now on rows of a table that {@code which} is true of cannot be changed. */
    public void refusesChanges(String table, String which) {
        refuses("update", table, which);
    }

    /** From now on no row that {@code which} is true of comes into a table. */
    public void refusesNew(String table, String which) {
        refuses("insert", table, which);
    }

    private void refuses(String what, String table, String which) {
        update(
                """
                create or replace function broken() returns trigger language plpgsql as $$
                begin raise exception 'this row is broken'; end $$
                """);
        update(
                "create trigger a_broken before %s on %s for each row when (%s)"
                                .formatted(what, table, which)
                        + " execute function broken()");
    }

    /** And now they can. */
    public void takesChanges(String table) {
        update("drop trigger if exists a_broken on " + table);
    }

    public int update(String sql, Object... values) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = prepare(connection, sql, values)) {
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first column of the first row. */
    public @Nullable Object value(String sql, Object... values) {
        List<Object> found = column(sql, values);
        return found.isEmpty() ? null : found.getFirst();
    }

    /** The first column of all rows; null as the text "null". */
    public List<Object> column(String sql, Object... values) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = prepare(connection, sql, values);
                ResultSet rows = statement.executeQuery()) {
            List<Object> found = new ArrayList<>();
            while (rows.next()) {
                Object value = rows.getObject(1);
                found.add(value == null ? "null" : value);
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A column of a stack's row. */
    public @Nullable Object of(StackRef stack, String column) {
        return value(
                "select " + column + " from stack where tenant_id = ? and stack = ?",
                stack.tenantId(),
                stack.stack());
    }

    /** The phases that run.status tells of a tenant, in order. */
    public List<Object> phases(String tenant) {
        return column(
                """
                select convert_from(value, 'UTF8')::jsonb ->> 'phase' from outbox
                where topic = 'leasehold.run.status.v1' and key = ?::bytea order by id
                """,
                tenant.getBytes(UTF_8));
    }

    /** What was published under a topic and key, as JSON text; a tombstone as "null". */
    public List<Object> published(String topic, String key) {
        return column(
                "select convert_from(value, 'UTF8') from outbox where topic = ? and key = ?::bytea"
                        + " order by id",
                topic,
                key.getBytes(UTF_8));
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object... values)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
