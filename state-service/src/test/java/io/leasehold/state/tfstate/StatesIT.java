package io.leasehold.state.tfstate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.ServiceClient.Reply;
import io.leasehold.state.TestTokens;
import io.leasehold.state.problem.Refusal;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;
import org.hibernate.reactive.mutiny.Mutiny;
import org.junit.jupiter.api.Test;

/** States as the rest of the ledger asks for them, and outputs as people do. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class StatesIT {
    private static final String SECRET = "hunter2";
    private static final String STATE =
            """
            {"version":4,"terraform_version":"1.12.6","serial":2,"lineage":"LINEAGE","outputs":{
            "host":{"value":"db.internal","type":"string"},
            "password":{"value":"hunter2","type":"string","sensitive":true},
            "internal":{"value":"no","type":"string"}},"resources":[],"check_results":null}
            """;

    @Inject States states;
    @Inject Mutiny.SessionFactory sessions;
    @Inject DataSource database;

    private final StackRef stack = new StackRef("s-" + UUID.randomUUID(), 1, "db");
    private final ServiceClient worker = ServiceClient.as(TestTokens.WORKER);
    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);
    private final ServiceClient viewer = ServiceClient.as(TestTokens.VIEWER);

    @Test
    void aSeedIsAnEmptyStateWithALineageOfItsOwnAndIsPlantedOnce() {
        assertThat(seed(stack)).isEqualTo(1);
        assertThat(seed(stack)).isEqualTo(1);
        StackRef other = new StackRef(stack.tenantId(), 1, "other");
        assertThat(seed(other)).isEqualTo(1);

        StateHead head = head(stack).orElseThrow();
        assertThat(head.serial()).isEqualTo(1);
        assertThat(head.lineage()).isNotEqualTo(head(other).orElseThrow().lineage());
        assertThat(operator.send("GET", path(), null).body()).contains(head.lineage());
        assertThat(outputs()).isEmpty();
    }

    @Test
    void aStackWithoutStateHasNoHeadNoOutputsAndNoBytes() {
        assertThat(head(stack)).isEmpty();
        assertThat(outputs()).isEmpty();
        assertThatThrownBy(() -> bytes(1)).isInstanceOf(Refusal.class);
    }

    @Test
    void outputsAndBytesAreThoseOfTheNewestStateAndOrphansDoNotCount() throws SQLException {
        String state = applied();
        assertThat(
                        worker.send(
                                        "POST",
                                        path(),
                                        state.replace("db.internal", "elsewhere"),
                                        Paths.LEASE_HEADER,
                                        "gone")
                                .status())
                .isEqualTo(409);

        assertThat(head(stack).orElseThrow().version()).isEqualTo(2);
        assertThat(bytes(2)).isEqualTo(state.getBytes(UTF_8));
        assertThat(outputs())
                .extractingByKey("host")
                .satisfies(host -> assertThat(host.value().asText()).isEqualTo("db.internal"));
    }

    @Test
    void peopleSeeAllowedOutputsWithoutSecretsAndOneSecretOnlyByNameAndAudited()
            throws SQLException {
        applied();

        Reply list = viewer.send("GET", "/v1/outputs?tenant=" + stack.tenantId(), null);
        Reply one = operator.send("GET", "/v1/outputs/" + stack.key() + "/password", null);

        assertThat(list.status()).as(list.body()).isEqualTo(200);
        assertThat(list.body()).contains("db.internal").doesNotContain(SECRET, "internal\":\"no");
        assertThat(list.json().path("items")).hasSize(2);
        assertThat(one.json().path("value").asText()).isEqualTo(SECRET);
        assertThat(one.json().path("ready").asBoolean()).isTrue();
        assertThat(
                        count(
                                "select count(*) from audit where action = 'read-output' and subject like ? || '%'"))
                .isEqualTo(1);
        assertThat(operator.send("GET", "/v1/outputs/" + stack.key() + "/internal", null).code())
                .isEqualTo("OUTPUT_UNKNOWN");
        assertThat(operator.send("GET", "/v1/outputs/" + stack.key() + "/none", null).status())
                .isEqualTo(404);
        assertThat(viewer.send("GET", "/v1/outputs/" + stack.key() + "/host", null).status())
                .isEqualTo(403);
    }

    // ── what the tests say ──────────────────────────────────────────────────────────────────────

    private String path() {
        return "/state/" + stack.key();
    }

    /** A stack with its seed, a run's state on it, and what was applied. */
    private String applied() throws SQLException {
        sql(
                """
                insert into stack (tenant_id, incarnation, stack, wanted, blueprint_name, blueprint_version,
                                   changed_at, lease_id, lease_run, lease_worker, lease_since, lease_until)
                values (?, 1, 'db', true, 'starter', '1', now(), 'lease', 'run-1', 'w', now(), now() + interval '1 hour')
                """);
        assertThat(seed(stack)).isEqualTo(1);
        String state = STATE.replace("LINEAGE", head(stack).orElseThrow().lineage());
        assertThat(worker.send("POST", path(), state, Paths.LEASE_HEADER, "lease").status())
                .isEqualTo(204);
        sql(
                """
                insert into stack_applied (tenant_id, incarnation, stack, revision, generation, module_digest, inputs,
                                           endpoints, outputs_allowed, policy, timeout_millis, blueprint_name,
                                           blueprint_version, tofu_version, run_id, state_version, outputs_ready,
                                           applied_at)
                values (?, 1, 'db', 1, 1, 'd', '', '[]', '["host", "password", "absent"]', '{}', 1, 'starter', '1',
                        '1.12.6', 'run-1', 2, true, now())
                """);
        return state;
    }

    private long seed(StackRef of) {
        Seeds seeds = inTransaction(session -> states.seed(session, List.of(of)));
        return seeds.version(of);
    }

    private byte[] bytes(long version) {
        return inTransaction(session -> states.bytes(session, stack, version));
    }

    private Map<String, StateOutput> outputs() {
        return inTransaction(session -> states.outputs(session, stack));
    }

    private Optional<StateHead> head(StackRef of) {
        return inTransaction(session -> states.head(session, of));
    }

    private <T> T inTransaction(Function<Mutiny.Session, Uni<T>> work) {
        try {
            return VertxContextSupport.subscribeAndAwait(
                    () -> sessions.withTransaction((session, _) -> work.apply(session)));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(statement)) {
            update.setString(1, stack.tenantId());
            update.executeUpdate();
        }
    }

    private long count(String query) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, stack.tenantId());
            try (java.sql.ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }
}
