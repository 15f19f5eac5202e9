package io.leasehold.it.modules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.embedded.Durability;
import io.leasehold.embedded.EmbeddedPostgres;
import io.leasehold.embedded.PostgresOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TenantDatabaseIT {
    private static final String PASSWORD = "provisioner-password";

    private static EmbeddedPostgres postgres;

    private ModuleUnderTest module;

    @BeforeAll
    static void startPostgres(@TempDir Path folder) {
        postgres =
                EmbeddedPostgres.start(
                        new PostgresOptions(
                                folder.resolve("data"),
                                folder.resolve("log"),
                                0,
                                "superuser-password",
                                Durability.FAST,
                                PostgresOptions.ALL_WITH_PASSWORD));
        postgres.execute(
                "postgres",
                "CREATE ROLE provisioner LOGIN CREATEROLE CREATEDB PASSWORD '" + PASSWORD + "'",
                "ALTER ROLE provisioner SET createrole_self_grant = 'set, inherit'");
    }

    @AfterAll
    static void stopPostgres() {
        postgres.close();
    }

    @BeforeEach
    void initialise(@TempDir Path folder) throws Exception {
        module =
                ModuleUnderTest.initialise(
                        "tenant-database",
                        Files.createDirectory(folder.resolve("module")),
                        settings());
    }

    private static Map<String, String> settings() {
        return Map.of(
                "PGHOST", "127.0.0.1",
                "PGPORT", Integer.toString(postgres.port()),
                "PGUSER", "provisioner",
                "PGPASSWORD", PASSWORD,
                "PGSSLMODE", "disable");
    }

    @AfterEach
    void removeLinks() throws Exception {
        module.close();
    }

    private static Map<String, Object> tenant(String id, int incarnation, int limit) {
        return Map.of(
                "tenant_id", id,
                "tenant_incarnation", incarnation,
                "connection_limit", limit,
                "platform_postgres_host", "postgres.example",
                "platform_postgres_port", 6543);
    }

    private static Connection login(JsonNode outputs) throws SQLException {
        return DriverManager.getConnection(
                postgres.jdbcUrl(outputs.at("/database/value").asText()),
                outputs.at("/role/value").asText(),
                outputs.at("/password/value").asText());
    }

    private static List<String> query(Connection connection, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        }
        return rows;
    }

    private static List<String> namesOnTheServer() throws SQLException {
        try (Connection superuser = postgres.connect("postgres")) {
            List<String> names =
                    query(superuser, "SELECT rolname FROM pg_roles WHERE rolname LIKE 'tenant%'");
            names.addAll(
                    query(
                            superuser,
                            "SELECT datname FROM pg_database WHERE datname LIKE 'tenant%'"));
            return names;
        }
    }

    @Test
    void whatTheTenantGetsIsWhereTheOutputsSayAndNothingIsAdriftAfterwards() throws Exception {
        Map<String, Object> inputs = tenant("acme-east", 1, 3);

        JsonNode outputs = module.apply(inputs);

        assertThat(outputs.at("/host/value").asText()).isEqualTo("postgres.example");
        assertThat(outputs.at("/port/value").asInt()).isEqualTo(6543);
        assertThat(outputs.at("/password/sensitive").asBoolean()).isTrue();
        try (Connection tenant = login(outputs);
                Statement statement = tenant.createStatement()) {
            statement.execute("CREATE TABLE orders (id int)");
            assertThat(query(tenant, "SELECT schemaname FROM pg_tables WHERE tablename = 'orders'"))
                    .containsExactly("app");
        }
        module.expectNothingToDo(inputs);
        assertThat(module.drift(inputs)).isEmpty();
        module.destroy(inputs);
        assertThat(namesOnTheServer()).isEmpty();
    }

    @Test
    void aChangeIsMadeInPlaceAndWhatIsChangedByHandIsSeen() throws Exception {
        module.apply(tenant("changing", 1, 3));

        JsonNode outputs = module.apply(tenant("changing", 1, 20));

        assertThat(module.drift(tenant("changing", 1, 20))).isEmpty();
        String role = outputs.at("/role/value").asText();
        postgres.execute("postgres", "ALTER ROLE \"%s\" CONNECTION LIMIT 7".formatted(role));
        assertThat(module.drift(tenant("changing", 1, 20)))
                .containsExactly("postgresql_role.tenant update [connection_limit]");
        module.destroy(tenant("changing", 1, 20));
    }

    @Test
    void aTenantThatIsConnectedAndInATransactionIsTakenAwayAllTheSame() throws Exception {
        Map<String, Object> inputs = tenant("busy", 1, 5);
        JsonNode outputs = module.apply(inputs);

        try (Connection tenant = login(outputs);
                Statement statement = tenant.createStatement()) {
            statement.execute("CREATE TABLE t (id int)");
            statement.execute("CREATE SCHEMA other");
            statement.execute("CREATE TABLE other.t (id int)");
            tenant.setAutoCommit(false);
            statement.execute("SELECT * FROM t");
            module.destroy(inputs);

            assertThatThrownBy(() -> statement.execute("SELECT 1"))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(namesOnTheServer()).isEmpty();
    }

    @Test
    void livesOfATenantAndTenantsOfLikeNamesDoNotMeet(@TempDir Path other) throws Exception {
        JsonNode first = module.apply(tenant("a-b", 1, 3));
        try (ModuleUnderTest second =
                ModuleUnderTest.initialise("tenant-database", other, settings())) {
            JsonNode next = second.apply(tenant("a-b", 2, 3));

            assertThat(next.at("/database/value").asText())
                    .isEqualTo("tenant_a-b_2")
                    .isNotEqualTo(first.at("/database/value").asText());
            module.destroy(tenant("a-b", 1, 3));
            try (Connection tenant = login(next)) {
                assertThat(query(tenant, "SELECT current_user")).containsExactly("tenant_a-b_2");
            }
            second.destroy(tenant("a-b", 2, 3));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "tenant_id, A, A tenant id is 2 to 40 lower-case letters",
        "tenant_id, a_b, A tenant id is 2 to 40 lower-case letters",
        "tenant_incarnation, 0, An incarnation is a whole number from 1",
        "connection_limit, 2.5, The connection limit is a whole number from 1",
        "schema_name, order, A schema cannot have a keyword of SQL as its name",
        "schema_name, pg_mine, A schema name is at most 63 lower-case letters"
    })
    void whatCannotBeANameIsRefusedInWords(String variable, String value, String reason)
            throws Exception {
        Map<String, Object> inputs = new HashMap<>(tenant("fine", 1, 3));
        inputs.put(variable, value);

        assertThat(module.applyInVain(inputs)).contains(reason);
    }
}
