package io.leasehold.it.state;

import static io.leasehold.testsupport.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.cli.Main;
import io.leasehold.events.tenant.SpecHash;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.ledger.api.Judgement;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.ledger.api.SourcePosition;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The walk of the operations page: a backup, work that it does not have, the database destroyed,
 * the backup put back under the running service, and everybody goes on.
 */
class BackupIT {
    private static final String TOPIC = "tenants";
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private RunningService service;
    private Requests me;
    private Requests worker;
    private Requests intake;

    @BeforeEach
    void start() throws Exception {
        service =
                RunningService.start(
                        folder, List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"), Map.of());
        me = Requests.by(service.base(), RunningService.TOKEN);
        worker = Requests.by(service.base(), RunningService.WORKER_TOKEN);
        intake = Requests.by(service.base(), RunningService.INTAKE_TOKEN);
        registersBlueprint();
        worker.send("POST", Paths.WORKERS, "{\"name\":\"w\",\"bootId\":\"b\"}", 204);
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void afterTheDatabaseWasDestroyedAndPutBackFromABackupWorkersGoOn() throws Exception {
        assertThat(handsIn(0, 1, 0)).isEqualTo("PENDING");
        Work first = new Work(claim());
        first.writes(2, "kept");
        first.logs("a line that is kept");
        first.succeeds();
        String state = me.send("GET", "/state/" + first.stack, "", 200);

        service.backUpTo(folder.resolve("backup"));

        // None of this is in the backup.
        isReady();
        assertThat(handsIn(1, 2, 1)).isEqualTo("PENDING");
        Work lost = new Work(claim());
        lost.writes(3, "lost");
        lost.succeeds();
        assertThat(handsIn(2, 3, 2)).isEqualTo("PENDING");
        Work cut = new Work(claim());
        service.destroyPostgres();
        me.send("GET", "/state/" + first.stack, "", 503);
        service.restoreFrom(folder.resolve("backup"));
        service.execute(statementsOfThePage());
        isReady();

        assertThat(me.send("GET", "/state/" + first.stack, "", 200)).isEqualTo(state);
        assertThat(me.send("GET", "/v1/runs/" + first.run + "/log", "", 200))
                .contains("a line that is kept");
        // A run that the database forgot can do nothing, and what it made is not thrown away.
        cut.isFencedOut();
        cut.handsInWhatItWrote(4, "cut");
        assertThat(me.get(Paths.ORPHANS).path("items")).hasSize(1);

        // What stands on what was lost is not taken, and intake goes back to what the ledger has.
        assertThat(handsIn(2, 3, 2)).isEqualTo("BEHIND");
        assertThat(
                        intake.get(Paths.WATERMARKS + "?topic=" + TOPIC)
                                .path(0)
                                .path("nextOffset")
                                .asLong())
                .isEqualTo(1);
        assertThat(handsIn(1, 2, 1)).isEqualTo("PENDING");
        assertThat(handsIn(2, 3, 2)).isEqualTo("PENDING");
        Work again = new Work(claim());
        again.writes(3, "again");
        again.succeeds();
        eventually(
                PATIENCE,
                () ->
                        assertThat(me.get("/v1/tenants/acme").path("observedGeneration").asLong())
                                .isEqualTo(3));
        assertThat(me.send("GET", "/state/" + first.stack, "", 200)).contains("again");
    }

    /** What the operations page says is to be done to a database that was put back. */
    private static String statementsOfThePage() throws IOException {
        String page =
                Files.readString(
                        Path.of(System.getProperty("leasehold.home"))
                                .resolve("docs/operations.md"));
        String restore = page.substring(page.indexOf("**Restore**"));
        return restore.substring(restore.indexOf("```sql") + 6, restore.indexOf("```\nThe"));
    }

    private void isReady() throws Exception {
        eventually(PATIENCE, () -> me.send("GET", "/q/health/ready", "", 200));
    }

    private void registersBlueprint() {
        StringWriter out = new StringWriter();
        int exit =
                Main.commandLine(
                                Map.of(
                                        "LEASEHOLD_URL",
                                        service.base().toString(),
                                        "LEASEHOLD_TOKEN",
                                        RunningService.TOKEN))
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(out))
                        .execute(
                                "blueprints",
                                "register",
                                Path.of(System.getProperty("leasehold.home"))
                                        .resolve("terraform-modules")
                                        .toString());
        assertThat(exit).as(out.toString()).isZero();
    }

    /**
     * The disposition of one event, from a reader that takes the ledger to stand at that offset.
     */
    private String handsIn(long offset, long generation, long ledgerAt) throws Exception {
        ObjectNode data = Requests.JSON.createObjectNode();
        data.put("tenantId", "acme").put("generation", generation).put("lifecycle", "active");
        data.putObject("blueprint").put("name", "bench-database").put("version", "1.0.0");
        data.putObject("variables").put("connectionLimit", generation);
        IntakeRequest.Item item =
                new IntakeRequest.Item(
                        new RawRecord(
                                new SourcePosition(TOPIC, null, 0, offset),
                                1,
                                "acme".getBytes(UTF_8),
                                data.toString().getBytes(UTF_8),
                                List.of()),
                        new Judgement.WellFormed(
                                "event-" + offset,
                                "io.leasehold.tenant.updated.v1",
                                "//upstream",
                                null,
                                data,
                                SpecHash.of(data)),
                        ledgerAt);
        return intake.post(
                        Paths.INTAKE,
                        Requests.JSON.writeValueAsString(new IntakeRequest(List.of(item))))
                .at("/verdicts/0/disposition")
                .asText();
    }

    private JsonNode claim() throws Exception {
        return worker.post(
                Paths.CLAIMS,
                """
                {"worker":"w","bootId":"b","requestId":"%s","lane":"LIFECYCLE","waitMillis":20000}
                """
                        .formatted(UUID.randomUUID()));
    }

    /** What a worker does with one claim. */
    private final class Work {
        private final String run;
        private final String lease;
        private final String stack;
        private final Requests tofu;
        private final String lineage;

        Work(JsonNode claim) throws Exception {
            run = claim.path("runId").asText();
            lease = claim.at("/lease/leaseId").asText();
            stack =
                    "%s/%d/%s"
                            .formatted(
                                    claim.at("/stack/tenantId").asText(),
                                    claim.at("/stack/incarnation").asInt(),
                                    claim.at("/stack/stack").asText());
            tofu = worker.asRun(claim.path("credential").asText());
            worker.post("/v1/runs/" + run + "/heartbeat", beat());
            lineage =
                    Requests.JSON
                            .readTree(tofu.send("GET", "/state/" + stack, "", 200))
                            .path("lineage")
                            .asText();
        }

        private String beat() {
            return "{\"leaseId\":\"%s\",\"phase\":\"APPLYING\"}".formatted(lease);
        }

        private String state(long serial, String content) {
            return """
            {"version":4,"terraform_version":"1.12.6","serial":%d,"lineage":"%s","resources":[],"outputs":{
            "content":{"value":"%s","type":"string"}}}
            """
                    .formatted(serial, lineage, content);
        }

        void writes(long serial, String content) throws Exception {
            tofu.send("POST", "/state/" + stack, state(serial, content), 204);
        }

        void logs(String line) throws Exception {
            worker.send(
                    "POST",
                    "/v1/runs/" + run + "/log",
                    """
                    {"leaseId":"%s","lines":[{"seq":1,"atMillis":1,"type":"tofu","text":"%s"}]}
                    """
                            .formatted(lease, line),
                    204);
        }

        void succeeds() throws Exception {
            worker.send(
                    "POST",
                    "/v1/runs/" + run + "/outcome",
                    """
                    {"leaseId":"%s","result":"SUCCEEDED","retryable":false,
                     "delta":{"add":0,"change":0,"destroy":0},"tofuVersion":"1.12.6"}
                    """
                            .formatted(lease),
                    204);
        }

        void isFencedOut() throws Exception {
            assertThat(worker.send("POST", "/v1/runs/" + run + "/heartbeat", beat(), 409))
                    .contains("LEASE_LOST");
        }

        void handsInWhatItWrote(long serial, String content) throws Exception {
            worker.send(
                    "POST",
                    "/state/" + stack,
                    state(serial, content),
                    409,
                    Paths.LEASE_HEADER,
                    lease);
        }
    }
}
