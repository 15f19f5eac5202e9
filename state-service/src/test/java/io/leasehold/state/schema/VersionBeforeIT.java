package io.leasehold.state.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.testsupport.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * While replicas are replaced one by one, those of the version before go on with this version's
 * schema: it only has more than theirs, and every statement of theirs still means something.
 */
class VersionBeforeIT {
    private final TestPostgres.Database database = TestPostgres.freshDatabase();

    @Test
    void theSchemaOnlyExpandedSinceTheVersionBefore() throws SQLException {
        VersionBefore.migrate(database);
        Catalog before = catalog();

        VersionBefore.migrateOn(database);

        assertThat(CatalogStep.breaks(before, catalog())).isEmpty();
    }

    @Test
    void everyStatementOfTheVersionBeforeIsStillUnderstood() throws Exception {
        VersionBefore.migrate(database);
        assertThat(refused()).as("recorded, and not of that version").isEmpty();

        VersionBefore.migrateOn(database);

        assertThat(refused()).isEmpty();
        assertThat(VersionBefore.statements()).hasSizeGreaterThan(150);
    }

    @Test
    void theVersionBeforeMayServeOnThisSchema() throws SQLException {
        VersionBefore.migrateOn(database);

        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet floor = statement.executeQuery("select oldest from schema_floor")) {
            floor.next();
            assertThat(floor.getInt(1)).isLessThanOrEqualTo(VersionBefore.LEVEL);
        }
    }

    private List<String> refused() throws Exception {
        List<String> refused = new ArrayList<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : VersionBefore.statements()) {
                try {
                    statement.execute("prepare understood as " + sql);
                    statement.execute("deallocate understood");
                } catch (SQLException e) {
                    refused.add(e.getMessage() + ": " + sql);
                }
            }
        }
        return refused;
    }

    private Catalog catalog() throws SQLException {
        try (Connection connection = database.connect()) {
            return Catalog.of(connection);
        }
    }
}
