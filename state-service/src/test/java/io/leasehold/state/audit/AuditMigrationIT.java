package io.leasehold.state.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.testsupport.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** What was written before the audit had its partitions. */
class AuditMigrationIT {
    private final TestPostgres.Database database = TestPostgres.freshDatabase();

    @Test
    void oldEntriesKeepTheirIdsAndTheVersionBeforeGoesOnWriting() throws SQLException {
        migrate("10?");
        assertThat(insert("lock-state", "2001-12-31T23:59:59Z", "acme/1/db")).isEqualTo(1);
        assertThat(insert("register-blueprint", "2002-01-01T00:00:00Z", "starter@1.0.0"))
                .isEqualTo(2);

        migrate("11");

        assertThat(insert("lock-state", "2002-01-02T00:00:00Z", "acme/1/db")).isEqualTo(3);
        assertThat(
                        column(
                                "select id || ' ' || tableoid::regclass || ' ' ||"
                                        + " coalesce(tenant_id, '-') || ' ' || outcome from audit"
                                        + " order by id"))
                .containsExactly(
                        "1 audit_2001_12 acme DONE",
                        "2 audit_2002_01 - DONE",
                        "3 audit_2002_01 - DONE");
    }

    @Test
    void anEmptyAuditBeginsAtOne() throws SQLException {
        migrate("11");

        assertThat(insert("lock-state", "2002-01-02T00:00:00Z", "acme/1/db")).isEqualTo(1);
    }

    private void migrate(String target) {
        Flyway.configure()
                .dataSource(database.jdbcUrl(), database.username(), database.password())
                .target(target)
                .load()
                .migrate();
    }

    /** As the version before writes. */
    private long insert(String action, String at, String subject) throws SQLException {
        String id =
                column(
                                "insert into audit (action, actor, at, reason, subject)"
                                        + " values ('%s', 'me', '%s', null, '%s') returning id"
                                                .formatted(action, at, subject))
                        .getFirst();
        return Long.parseLong(id);
    }

    private List<String> column(String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }
}
