package io.leasehold.it.lease;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.faults.Armed;
import io.leasehold.faults.Moment;
import io.leasehold.faults.Step;
import io.leasehold.it.JvmService;
import io.leasehold.it.lease.KilledRuns.Killed;
import io.leasehold.ledger.api.HoldRelease;
import io.leasehold.ledger.api.HoldRequest;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StateOperation;
import io.leasehold.ledger.api.StateOperationRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Tenants of one stack each, which is a role in the ledger's own Postgres: asks for their runs, and
 * judges how they ended. For one thread.
 */
final class KilledTenants {
    static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Where its runs go straight on to apply or destroy, if they may. */
    static final String DIRECT = "1.0.0";

    /** Where each of its runs plans first. */
    static final String PLANNED = "1.1.0";

    private static final Armed TOLD = new Armed(Step.OUTCOME, Moment.AFTER, 0);

    private final TestLedger ledger;
    private final JvmService service;
    private final MortalWorker worker;

    KilledTenants(TestLedger ledger, JvmService service, MortalWorker worker) {
        this.ledger = ledger;
        this.service = service;
        this.worker = worker;
    }

    static Path blueprint(Path folder) throws Exception {
        Path blueprints = folder.resolve("killed");
        Files.createDirectories(blueprints.resolve("blueprints/killed"));
        Files.createDirectories(blueprints.resolve("modules/killed"));
        for (Map.Entry<String, String> one : Map.of(DIRECT, "auto", PLANNED, "manual").entrySet()) {
            Files.writeString(
                    blueprints.resolve("blueprints/killed/" + one.getKey() + ".yaml"),
                    """
                    apiVersion: leasehold.io/v1
                    kind: Blueprint
                    name: killed
                    version: %s
                    variables:
                      type: object
                      additionalProperties: false
                      properties:
                        limit: { type: integer, default: 1 }
                    stacks:
                      main:
                        module: { dir: modules/killed }
                        inputs: { name: "${tenant.id}", limit: "${var.limit}" }
                        endpoints: ["killed.internal:5432"]
                        policy: { deletion: Delete, approval: %s, drift: report }
                        timeout: PT10M
                    """
                            .formatted(one.getKey(), one.getValue()));
        }
        Files.writeString(
                blueprints.resolve("modules/killed/main.tf"),
                """
                terraform {
                  required_providers {
                    postgresql = { source = "cyrilgdn/postgresql", version = "1.7.1" }
                  }
                }
                variable "name" { type = string }
                variable "limit" { type = number }
                variable "platform_adopt" {
                  type    = set(string)
                  default = []
                }
                import {
                  for_each = setintersection(var.platform_adopt, ["postgresql_role.made"])
                  to       = postgresql_role.made
                  id       = var.name
                }
                resource "postgresql_role" "made" {
                  name             = var.name
                  connection_limit = var.limit
                }
                """);
        return blueprints;
    }

    static String bindings(TestLedger ledger) {
        return """
        bindings:
          - blueprint: killed
            env:
              PGHOST: killed.internal
              PGPORT: "5432"
              PGUSER: postgres
              PGPASSWORD: %s
              PGSSLMODE: disable
        doors:
          - { name: killed.internal, port: 5432, connect: "127.0.0.1:%d" }
        """
                .formatted(ledger.password(), ledger.port());
    }

    // ── what is asked for ───────────────────────────────────────────────────────────────────────

    void wanted(String version, String tenant, int generation) {
        takesIn(ledger.wanting("killed", version, tenant, generation, Map.of("limit", generation)));
    }

    void unwanted(String tenant, int generation) {
        takesIn(ledger.deleting(tenant, generation));
    }

    /** Several, wanted for the first time. */
    void wanted(List<String> tenants) {
        takesIn(ledger.wanting("killed", tenants.toArray(String[]::new)));
    }

    private void takesIn(IntakeRequest request) {
        Wire.Reply taken = TestLedger.at(service, "intake").send("POST", Paths.INTAKE, request);
        assertThat(taken.status()).as(taken.body().toString()).isEqualTo(200);
    }

    /** An operator has the role stand at another address of the state. */
    void moved(String tenant) {
        does(
                Paths.STATE_OPERATIONS.replace("{stack}", "main"),
                tenant,
                new StateOperationRequest(
                        new StateOperation.Move("postgresql_role.made", "postgresql_role.moved"),
                        true,
                        "it was renamed"));
    }

    /** Its turn to be looked at has come. */
    void unchecked(String tenant) {
        ledger.execute(
                "update stack set drift_checked_at = null where tenant_id = '" + tenant + "'");
    }

    void held(String tenant) {
        does(Paths.LIFE_HOLD, tenant, new HoldRequest("not yet", null));
    }

    void letGo(String tenant) {
        does(Paths.LIFE_UNHOLD, tenant, new HoldRelease("now"));
    }

    private Wire.Reply does(String path, String tenant, Object request) {
        Wire.Reply reply =
                TestLedger.at(service, "operator")
                        .send(
                                "POST",
                                path.replace("{tenantId}", tenant).replace("{incarnation}", "1"),
                                request);
        assertThat(reply.status()).as(reply.body().toString()).isEqualTo(200);
        return reply;
    }

    /**
     * Its worker has said what it does for the run: that it is claimed is in the ledger before the
     * worker has heard of it, and its claim is not over then.
     */
    void isAtWork(String tenant) throws Exception {
        eventually(
                PATIENCE,
                () ->
                        assertThat(of(tenant, "select phase from run"))
                                .as(worker::log)
                                .isNotEmpty()
                                .doesNotContain("CLAIMED"));
    }

    // ── how it ended ────────────────────────────────────────────────────────────────────────────

    void stand(List<String> tenants) throws Exception {
        for (String tenant : tenants) {
            eventually(
                    PATIENCE,
                    () ->
                            assertThat(of(tenant, "select applied_revision = revision from stack"))
                                    .as(worker::log)
                                    .containsExactly("t"));
        }
    }

    void stands(Killed one, String tenant, int generation) throws Exception {
        stack(
                one,
                tenant,
                "select concat_ws(' ', applied_revision = revision, applied_generation, due,"
                        + " lease_id is null) from stack",
                "t " + generation + " f t");
        nothingIsLeft(one, tenant);
        assertThat(made(tenant))
                .as("what is made after %s", one)
                .containsExactly(Integer.toString(generation));
        assertThat(state(tenant).at("/resources/0/instances/0/attributes/connection_limit").asInt())
                .as("what the state knows after %s", one)
                .isEqualTo(generation);
        wentOn(one, tenant, generation);
    }

    void isGone(Killed one, String tenant, int generation) throws Exception {
        stack(
                one,
                tenant,
                "select concat_ws(' ', destroyed, applied_revision = revision, due,"
                        + " lease_id is null) from stack",
                "t t f t");
        nothingIsLeft(one, tenant);
        assertThat(made(tenant)).as("what is left after %s", one).isEmpty();
        assertThat(state(tenant).path("resources")).as("what the state knows").isEmpty();
        wentOn(one, tenant, generation);
    }

    /** It is over, done as a whole or not at all, and nobody tries again. */
    void isOver(Killed one, String tenant) throws Exception {
        eventually(
                PATIENCE,
                () ->
                        assertThat(of(tenant, "select result from run where kind = 'STATE'"))
                                .as(() -> one + ": " + worker.log())
                                .doesNotContain("null"));
        assertThat(
                        of(
                                tenant,
                                "select concat_ws(' ', result, message) from run where kind = 'STATE'"))
                .as("what it says after %s", one)
                .containsExactly(
                        one.at().getFirst().equals(TOLD)
                                ? "SUCCEEDED"
                                : "LOST The worker that held the run is gone. The state's versions"
                                        + " say whether it was done.");
        JsonNode things = state(tenant).path("resources");
        assertThat(things).as("%s", one).hasSize(1);
        assertThat(things.get(0).path("name").asText())
                .as("%s", one)
                .isIn("moved", one.settled() ? "moved" : "made");
        // An operation changes nothing that is there, and what the state says is looked at again.
        isChecked(one, tenant);
        assertThat(made(tenant)).as("what is made after %s", one).containsExactly("1");
    }

    /** Nobody is kept from the stack by a check that was lost: the next one was told. */
    void isChecked(Killed one, String tenant) throws Exception {
        stack(
                one,
                tenant,
                "select concat_ws(' ', drift_run is null, drift_checked_at is not null, due,"
                        + " lease_id is null) from stack",
                "t t f t");
        nothingIsLeft(one, tenant);
    }

    List<String> checks(String tenant) throws Exception {
        return of(tenant, "select result from run where kind = 'DRIFT' order by started_at");
    }

    private void stack(Killed one, String tenant, String select, String expected) throws Exception {
        eventually(
                PATIENCE,
                () ->
                        assertThat(of(tenant, select))
                                .as(() -> one + ": " + worker.log())
                                .containsExactly(expected));
    }

    private void nothingIsLeft(Killed one, String tenant) throws Exception {
        assertThat(of(tenant, "select phase || ' ' || (result is null) from run"))
                .as("every run has its end after %s", one)
                .isNotEmpty()
                .allMatch("FINISHED false"::equals);
        assertThat(of(tenant, "select id from dead_letter")).as("%s", one).isEmpty();
        assertThat(of(tenant, "select lock_id from state_lock")).as("%s", one).isEmpty();
        assertThat(of(tenant, "select kind from state_version"))
                .as("%s", one)
                .doesNotContain("ORPHAN");
        assertThat(of(tenant, "select run_id from stack_plan")).as("%s", one).isEmpty();
    }

    private void wentOn(Killed one, String tenant, int generation) throws Exception {
        List<String> runs =
                of(
                        tenant,
                        "select concat_ws(' ', run_id, result, add_count, change_count, destroy_count)"
                                + " from run where generation = "
                                + generation
                                + " and kind in ('APPLY', 'DESTROY') order by started_at");
        assertThat(runs.getLast()).as("%s", one).contains("SUCCEEDED");
        if (one.settled() && runs.size() > 1) {
            assertThat(runs.getLast()).as("%s: %s", one, runs).endsWith("SUCCEEDED 0 0 0");
        }
        goesOnFromAPlan(one, runs.getLast().split(" ")[0]);
    }

    /** What a run says comes a moment after its end. */
    private void goesOnFromAPlan(Killed one, String run) throws Exception {
        String words = "going on with the plan that an earlier run made";
        if (one.reuses()) {
            eventually(PATIENCE, () -> assertThat(log(run)).as("%s", one).contains(words));
        } else {
            assertThat(log(run)).as("%s", one).doesNotContain(words);
        }
    }

    private String log(String run) {
        return TestLedger.at(service, "viewer")
                .send("GET", Paths.LOG.replace("{runId}", run), null)
                .body()
                .toString();
    }

    private JsonNode state(String tenant) {
        return TestLedger.at(service, "operator")
                .send("GET", "/state/" + tenant + "/1/main", null)
                .body();
    }

    private List<String> made(String tenant) throws SQLException {
        return ledger.column(
                "select rolconnlimit from pg_roles where rolname = '%s'".formatted(tenant));
    }

    List<String> of(String tenant, String select) throws SQLException {
        String[] parts = select.split(" order by ");
        return ledger.column(
                parts[0]
                        + (parts[0].contains(" where ") ? " and" : " where")
                        + " tenant_id = '"
                        + tenant
                        + "'"
                        + (parts.length > 1 ? " order by " + parts[1] : ""));
    }
}
