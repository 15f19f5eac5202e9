package io.leasehold.state.sealing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.ledger.api.Judgement;
import io.leasehold.ledger.api.LogAppend;
import io.leasehold.ledger.api.LogLine;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.SourcePosition;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.LogWatch;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestUpstream;
import io.leasehold.state.TestWorker;
import io.leasehold.state.outbox.WaitingRows;
import io.leasehold.state.run.TestLog;
import io.leasehold.testsupport.DurablePostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/**
 * A secret that went through every place that holds what others sent is nowhere on the disk: not in
 * a file of a table, not in the WAL, not in a dump, not in a log.
 */
@QuarkusTest
@WithTestResource(DurablePostgres.class)
@WithTestResource(TestTokens.class)
class SecretsAtRestIT {
    private static final String SECRET = "canary-7f3a-never-in-clear";

    /** Stored in the clear on purpose: what finds this one would find the other. */
    private static final String MARKER = "marker-91cc-always-in-clear";

    private static final String YAML =
            """
            apiVersion: leasehold.io/v1
            kind: Blueprint
            name: %s
            version: %s
            variables:
              type: object
              additionalProperties: false
              required: [size]
              properties:
                size: { type: integer, minimum: 1 }
                colour: { type: string }
            stacks:
              app:
                module: { dir: modules/app }
                inputs: { password: "${stacks.database.outputs.password}" }
              database:
                module: { dir: modules/database }
                inputs: { size: "${var.size}" }
                outputs: [password]
            """;

    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject TestLog log;
    @Inject WaitingRows outbox;
    @Inject DataSource database;

    private final String tenant = "c" + UUID.randomUUID().toString().substring(0, 8);
    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);
    private final TestUpstream upstream = new TestUpstream();

    @Test
    void aSecretThatWentEverywhereIsNowhereOnTheDisk() throws Exception {
        try (LogWatch said = LogWatch.begin();
                Connection connection = database.getConnection()) {
            Claim app = goesEverywhere();
            ledger.update(
                    "insert into audit (at, actor, action, subject, reason)"
                            + " values (now(), 'a', 'b', 'c', ?)",
                    MARKER);
            DatabaseSearch search = new DatabaseSearch(connection);
            search.checkpoint();
            assertThat(search.text("show full_page_writes")).isEqualTo("on");

            assertThat(search.tableFiles(MARKER)).isNotEmpty();
            assertThat(search.walFiles(MARKER)).isNotEmpty();
            assertThat(search.dumpedTables(MARKER)).contains("audit");
            assertThat(search.tableFiles(SECRET)).isEmpty();
            assertThat(search.walFiles(SECRET)).isEmpty();
            assertThat(search.dumpedTables(SECRET)).isEmpty();
            assertThat(search.allFiles(SECRET)).isEmpty();
            assertThat(said.text()).contains(app.runId()).doesNotContain(SECRET);
        }
        mustBeReadableToWhoMay();
    }

    @Test
    void aWordIsFoundInEveryFormThatADatabaseGivesIt() {
        List<String> forms = DatabaseSearch.forms(SECRET);

        assertThat(DatabaseSearch.holds(("x" + SECRET).getBytes(UTF_8), forms)).isTrue();
        for (String before : List.of("", "a", "ab", "abc", "abcd")) {
            byte[] around = (before + SECRET + "}").getBytes(UTF_8);
            assertThat(DatabaseSearch.holds(Base64.getEncoder().encode(around), forms))
                    .as("base64 after %s", before)
                    .isTrue();
        }
        assertThat(
                        DatabaseSearch.holds(
                                ("\\x" + HexFormat.of().formatHex(SECRET.getBytes(UTF_8)))
                                        .getBytes(UTF_8),
                                forms))
                .isTrue();
        assertThat(DatabaseSearch.holds("canary-7f3a-never".getBytes(UTF_8), forms)).isFalse();
    }

    /**
     * State, inputs, log line, dead letters of a known and an unknown tenant, their outbox rows.
     */
    private Claim goesEverywhere() {
        worker.registers("boot-1");
        TestBlueprints.registers(YAML, "b" + tenant);
        upstream.publishes(wants(1));
        Claim claim = worker.mustClaim();
        worker.beats(claim, RunPhase.APPLYING);
        writesState(claim);
        worker.succeeds(claim);
        Claim app = worker.mustClaim();
        assertThat(app.inputs().path("password").textValue()).isEqualTo(SECRET);
        log.append(
                app.runId(),
                new LogAppend(
                        TestWorker.lease(app),
                        List.of(new LogLine(1, 1, "tofu", "says " + SECRET))));
        worker.succeeds(app);
        ObjectNode wrong = wants(2);
        wrong.withObject("/variables").put("size", -1).put("colour", SECRET);
        assertThat(upstream.dispositions(upstream.item(wrong), nonsense()))
                .containsExactly("DEAD_LETTERED", "DEAD_LETTERED");
        return app;
    }

    private ObjectNode wants(long generation) {
        return TestUpstream.wants(tenant, generation, "b" + tenant, 3);
    }

    private IntakeRequest.Item nonsense() {
        byte[] secret = SECRET.getBytes(UTF_8);
        return new IntakeRequest.Item(
                new RawRecord(
                        new SourcePosition(upstream.topic(), 0, 2),
                        1,
                        secret,
                        ("{nonsense " + SECRET).getBytes(UTF_8),
                        List.of(new RawHeader("x-secret", secret))),
                new Judgement.Refused("JSON_MALFORMED", "it is nonsense", null, null, null, true));
    }

    private void writesState(Claim claim) {
        Object lineage =
                ledger.value(
                        "select lineage from state_version where tenant_id = ? and stack = ?",
                        tenant,
                        claim.stack().stack());
        String state =
                """
                {"version":4,"terraform_version":"1.11.0","serial":2,"lineage":"%s","resources":[],"outputs":{
                "password":{"value":"%s","type":"string","sensitive":true}}}
                """
                        .formatted(lineage, SECRET);
        assertThat(
                        ServiceClient.as(Objects.requireNonNull(claim.credential()))
                                .send("POST", "/state/" + claim.stack().key(), state)
                                .status())
                .isEqualTo(204);
    }

    private void mustBeReadableToWhoMay() {
        StackRef stack = new StackRef(tenant, 1, "database");
        assertThat(operator.send("GET", "/state/" + stack.key(), null).body()).contains(SECRET);
        assertThat(outbox.all("leasehold.tenant.dead-letter.v1"))
                .hasSize(2)
                .allSatisfy(row -> assertThat(new String(row.value(), UTF_8)).contains(SECRET));
    }
}
