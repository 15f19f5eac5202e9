package io.leasehold.state.health;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the service says of itself, with its database and without. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class HealthIT {
    @Inject AgroalDataSource database;

    private final ServiceClient nobody = ServiceClient.as(null);
    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);

    @Test
    void readyMeansTheDatabaseAnswersAndHasTheSchema() {
        Reply ready = nobody.send("GET", "/q/health/ready", null);

        assertThat(ready.status()).isEqualTo(200);
        assertThat(ready.body()).contains("\"reachable\"");
        assertThat(nobody.send("GET", "/q/health/live", null).status()).isEqualTo(200);
    }

    @Test
    void withoutItsDatabaseItLivesIsNotReadyRefusesToActAndComesBackByItself() throws Exception {
        String name = text("select current_database()");
        TestPostgres.Database elsewhere = TestPostgres.freshDatabase();
        try {
            admit(elsewhere, name, false);

            eventually(
                    Duration.ofSeconds(10),
                    () -> {
                        Reply ready = nobody.send("GET", "/q/health/ready", null);
                        assertThat(ready.status()).isEqualTo(503);
                        assertThat(ready.body()).contains("\"away\"");
                    });
            Reply refused = operator.send("GET", "/state/kit/1/s", null);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.code()).isEqualTo("UNAVAILABLE");
            assertThat(refused.header("Retry-After")).isNotEmpty();
            assertThat(nobody.send("GET", "/q/health/live", null).status()).isEqualTo(200);
        } finally {
            admit(elsewhere, name, true);
            // Other tests borrow from the same pool; its connections were cut too.
            database.flush(AgroalDataSource.FlushMode.ALL);
        }
        eventually(
                Duration.ofSeconds(10),
                () ->
                        assertThat(nobody.send("GET", "/q/health/ready", null).status())
                                .isEqualTo(200));
    }

    private static void admit(TestPostgres.Database elsewhere, String name, boolean connections)
            throws SQLException {
        try (Connection connection = elsewhere.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("alter database " + name + " allow_connections " + connections);
            if (!connections) {
                statement.execute(
                        "select pg_terminate_backend(pid) from pg_stat_activity where datname = '"
                                + name
                                + "'");
            }
        }
    }

    private String text(String query) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                java.sql.ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
