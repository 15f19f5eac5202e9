package io.leasehold.state.tfstate;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.TestTokens;
import io.leasehold.state.tfstate.StateWrite.Writer;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class PlainWritesIT {
    private static final StackRef STACK = new StackRef("plain-writes", 1, "db");
    private static final List<@Nullable String> NOBODY_US_ANOTHER =
            Arrays.asList(null, "ours", "theirs");

    @Inject DataSource database;

    /** What is there, and what is sent. */
    private record Case(
            Writer writer,
            @Nullable String lease,
            @Nullable String lock,
            @Nullable StateHead head,
            String lineage,
            long serial,
            String md5) {

        private boolean isStoredByTheDecider() {
            StateWrite write =
                    new StateWrite(STACK, writer, lineage, serial, md5, 1, new byte[] {1});
            StackHold hold = new StackHold(true, lease, null, null, null, lock, null, null, null);
            return WriteDecider.decide(write, hold, head)
                            instanceof WriteVerdict.Store(_, boolean forced)
                    && !forced;
        }
    }

    @Test
    void whatIsStoredAtOnceIsWhatTheDeciderStoresUnforcedAndNothingElse() throws SQLException {
        int stored = 0;
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            for (Case each : cases()) {
                prepare(connection, each);
                boolean plain = isStoredPlainly(connection, each);
                connection.rollback();

                assertThat(plain).as(each.toString()).isEqualTo(each.isStoredByTheDecider());
                stored += plain ? 1 : 0;
            }
        }
        assertThat(stored).isPositive();
    }

    private static List<Case> cases() {
        StateHead head = new StateHead(1, "lin", 7, "aa");
        List<Case> cases = new ArrayList<>();
        for (String right : NOBODY_US_ANOTHER) {
            for (Writer writer :
                    List.of(
                            new Writer.Run("w", right),
                            new Writer.Person("p", right, null),
                            new Writer.Person("p", right, "I mean it"))) {
                for (String lease : NOBODY_US_ANOTHER) {
                    for (String lock : NOBODY_US_ANOTHER) {
                        cases.add(new Case(writer, lease, lock, null, "lin", 1, "aa"));
                        for (String lineage : List.of("lin", "other")) {
                            for (long serial : new long[] {6, 7, 8}) {
                                for (String md5 : List.of("aa", "bb")) {
                                    cases.add(
                                            new Case(
                                                    writer, lease, lock, head, lineage, serial,
                                                    md5));
                                }
                            }
                        }
                    }
                }
            }
        }
        return cases;
    }

    private static void prepare(Connection connection, Case each) throws SQLException {
        run(
                connection,
                """
                insert into stack (tenant_id, incarnation, stack, wanted, blueprint_name, blueprint_version,
                    changed_at, lease_id, lease_until, lease_epoch)
                values (?, 1, 'db', true, 'starter', '1', now(), ?, now() + interval '1 hour', 1)
                """,
                STACK.tenantId(),
                each.lease());
        if (each.lock() != null) {
            run(
                    connection,
                    """
                    insert into state_lock (tenant_id, incarnation, stack, lock_id, info, holder, since)
                    values (?, 1, 'db', ?, '{}', 'p', now())
                    """,
                    STACK.tenantId(),
                    each.lock());
        }
        if (each.head() != null) {
            run(
                    connection,
                    """
                    insert into state_version (tenant_id, incarnation, stack, version, lineage, serial, md5, size,
                        kind, written_by, written_at, bytes)
                    values (?, 1, 'db', 1, ?, ?, ?, 1, 'RUN', 'w', now(), '\\x01')
                    """,
                    STACK.tenantId(),
                    each.head().lineage(),
                    each.head().serial(),
                    each.head().md5());
        }
    }

    private static boolean isStoredPlainly(Connection connection, Case each) throws SQLException {
        boolean run = each.writer() instanceof Writer.Run;
        String right =
                switch (each.writer()) {
                    case Writer.Run(_, String lease) -> lease;
                    case Writer.Person(_, String lock, _) -> lock;
                };
        try (PreparedStatement statement =
                connection.prepareStatement(
                        """
                        select added from plain_state_write(?, 1, 'db', ?, ?, ?, ?, ?, 1, null, 'w', '\\x01')
                        """)) {
            bind(
                    statement,
                    STACK.tenantId(),
                    run ? "RUN" : "PERSON",
                    right,
                    each.lineage(),
                    each.serial(),
                    each.md5());
            try (ResultSet rows = statement.executeQuery()) {
                assertThat(rows.next()).isTrue();
                return rows.getObject(1) != null;
            }
        }
    }

    private static void run(Connection connection, String sql, @Nullable Object... values)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, values);
            statement.executeUpdate();
        }
    }

    private static void bind(PreparedStatement statement, @Nullable Object... values)
            throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
    }
}
