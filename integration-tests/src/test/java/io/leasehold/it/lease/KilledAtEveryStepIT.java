package io.leasehold.it.lease;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.faults.Armed;
import io.leasehold.faults.Moment;
import io.leasehold.faults.Step;
import io.leasehold.it.JvmService;
import io.leasehold.ledger.api.Paths;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A real worker with a real tofu, against a real state service and database, is killed right before
 * and right after each step of a run, and starts again: the stack ends as it is wanted, what is
 * made is there once, every run has its end, and nobody is needed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KilledAtEveryStepIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** The lease of a killed worker is freed by its next start, never by time. */
    private static final Map<String, String> SERVICE =
            Map.of("LEASEHOLD_LEASE_POLL", "PT0.2S", "LEASEHOLD_LEASE_PULSE", "PT0.5S");

    private Path folder;
    private TestLedger ledger;
    private JvmService service;
    private MortalWorker worker;
    private int tenants;

    @BeforeAll
    void aServiceAndAWorker(@TempDir Path given) throws Exception {
        folder = given;
        ledger = new TestLedger(folder);
        service = ledger.serve(1, SERVICE).getFirst();
        ledger.register(blueprint());
        worker =
                new MortalWorker(
                        folder.resolve("worker"),
                        service.url(),
                        """
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
                                .formatted(ledger.password(), ledger.port()),
                        Map.of());
        worker.start();
    }

    private Path blueprint() throws Exception {
        Path blueprints = folder.resolve("killed");
        Files.createDirectories(blueprints.resolve("blueprints/killed"));
        Files.createDirectories(blueprints.resolve("modules/killed"));
        Files.writeString(
                blueprints.resolve("blueprints/killed/1.0.0.yaml"),
                """
                apiVersion: leasehold.io/v1
                kind: Blueprint
                name: killed
                version: 1.0.0
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
                    policy: { deletion: Delete, approval: auto, drift: "off" }
                    timeout: PT10M
                """);
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

    @AfterAll
    void stop() {
        worker.close();
        ledger.close();
    }

    /**
     * @param reuses what was planned before the kill is applied after it
     * @param settled all that is wanted was there before the kill: what follows changes nothing
     */
    record Case(List<Armed> kills, boolean reuses, boolean settled) {
        static Case at(Step step, Moment moment) {
            return at(step, moment, 0);
        }

        static Case at(Step step, Moment moment, int skip) {
            return new Case(List.of(new Armed(step, moment, skip)), false, false);
        }

        Case reusing() {
            return new Case(kills, true, settled);
        }

        Case thatIsSettled() {
            return new Case(kills, reuses, true);
        }

        @Override
        public String toString() {
            return kills.toString();
        }
    }

    private static Stream<Case> both(Step step, int skip) {
        return Stream.of(Case.at(step, Moment.BEFORE, skip), Case.at(step, Moment.AFTER, skip));
    }

    /** It is followed from its start on, so before is in the middle of it. */
    private static Stream<Case> ended(int skip) {
        return Stream.of(
                Case.at(Step.TOFU_END, Moment.BEFORE, skip),
                Case.at(Step.TOFU_END, Moment.AFTER, skip).thatIsSettled());
    }

    /** The first apply of a stack: one process. */
    static List<Case> creates() {
        return Stream.of(
                        Stream.of(Case.at(Step.CLAIM, Moment.AFTER)),
                        both(Step.TEMPLATE, 0),
                        both(Step.APPLYING, 0),
                        both(Step.TOFU_START, 0),
                        Stream.of(
                                Case.at(Step.STATE_SPOOLED, Moment.BEFORE),
                                Case.at(Step.STATE_SPOOLED, Moment.AFTER).thatIsSettled()),
                        both(Step.STATE_SENT, 0).map(Case::thatIsSettled),
                        both(Step.STATE_FORGOTTEN, 0).map(Case::thatIsSettled),
                        ended(0),
                        both(Step.OUTCOME, 0).map(Case::thatIsSettled),
                        both(Step.LOG, 0),
                        Stream.of(
                                // The next claim: what is asked at the moment is answered first.
                                Case.at(Step.CLAIM, Moment.BEFORE).thatIsSettled(),
                                Case.at(Step.CLAIM, Moment.AFTER, 1).thatIsSettled()))
                .flatMap(cases -> cases)
                .toList();
    }

    /** A change of what stands: planned first. What is the same from there on was tried above. */
    static List<Case> updates() {
        return Stream.of(
                        both(Step.PLANNING, 0),
                        both(Step.TOFU_START, 0),
                        both(Step.TOFU_END, 0),
                        Stream.of(
                                Case.at(Step.PLAN_KEPT, Moment.BEFORE),
                                Case.at(Step.PLAN_KEPT, Moment.AFTER).reusing(),
                                Case.at(Step.APPLYING, Moment.BEFORE).reusing(),
                                Case.at(Step.APPLYING, Moment.AFTER)),
                        both(Step.TOFU_START, 1),
                        ended(1),
                        both(Step.OUTCOME, 0).map(Case::thatIsSettled),
                        // Whoever takes a plan over may be killed, too.
                        Stream.of(Moment.values())
                                .map(moment ->
                                        new Case(
                                                List.of(
                                                        new Armed(Step.PLAN_KEPT, Moment.AFTER, 0),
                                                        new Armed(Step.PLAN_TAKEN, moment, 0)),
                                                true,
                                                false)))
                .flatMap(cases -> cases)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("creates")
    @Order(1)
    void whoeverIsKilledInAFirstApplyNobodyIsNeeded(Case one) throws Exception {
        String tenant = "t-" + tenants++;

        killed(one, tenant, 1);

        endsWell(one, tenant, 1);
    }

    @ParameterizedTest
    @MethodSource("updates")
    @Order(2)
    void whoeverIsKilledInAChangeNobodyIsNeeded(Case one) throws Exception {
        // Tenants that were made above, each of them once more.
        String tenant = "t-" + --tenants;

        killed(one, tenant, 2);

        endsWell(one, tenant, 2);
    }

    private void killed(Case one, String tenant, int generation) throws Exception {
        worker.arm(one.kills().getFirst());
        wants(tenant, generation);
        for (Armed next : one.kills().subList(1, one.kills().size())) {
            worker.strikes();
            worker.arm(next);
            worker.start();
        }
        worker.strikes();
        worker.start();
    }

    private void wants(String tenant, int generation) {
        Wire.Reply taken =
                TestLedger.at(service, "intake")
                        .send(
                                "POST",
                                Paths.INTAKE,
                                ledger.wanting(
                                        "killed", tenant, generation, Map.of("limit", generation)));
        assertThat(taken.status()).as(taken.body().toString()).isEqualTo(200);
    }

    private void endsWell(Case one, String tenant, int generation) throws Exception {
        eventually(
                PATIENCE,
                () ->
                        assertThat(
                                        of(
                                                tenant,
                                                "select concat_ws(' ', applied_revision = revision,"
                                                        + " applied_generation, due, lease_id is null) from stack"))
                                .as(worker.log())
                                .containsExactly("t " + generation + " f t"));
        assertThat(of(tenant, "select phase || ' ' || (result is null) from run"))
                .as("every run has its end")
                .isNotEmpty()
                .allMatch("FINISHED false"::equals);
        assertThat(of(tenant, "select id from dead_letter")).isEmpty();
        assertThat(of(tenant, "select lock_id from state_lock")).isEmpty();
        assertThat(of(tenant, "select kind from state_version")).doesNotContain("ORPHAN");
        assertThat(of(tenant, "select run_id from stack_plan")).isEmpty();
        assertThat(
                        ledger.column(
                                "select rolconnlimit from pg_roles where rolname = '%s'"
                                        .formatted(tenant)))
                .as("what is made")
                .containsExactly(Integer.toString(generation));
        JsonNode state =
                TestLedger.at(service, "operator")
                        .send("GET", "/state/" + tenant + "/1/main", null)
                        .body();
        assertThat(state.at("/resources/0/instances/0/attributes/connection_limit").asInt())
                .as("what the state knows")
                .isEqualTo(generation);
        List<String> runs =
                of(
                        tenant,
                        "select concat_ws(' ', run_id, result, add_count, change_count, destroy_count)"
                                + " from run where generation = "
                                + generation
                                + " order by started_at");
        assertThat(runs.getLast()).contains("SUCCEEDED");
        if (one.settled() && runs.size() > 1) {
            assertThat(runs.getLast()).as("%s", runs).endsWith("SUCCEEDED 0 0 0");
        }
        goesOnFromAPlan(runs.getLast().split(" ")[0], one.reuses());
    }

    /** What a run says comes a moment after its end. */
    private void goesOnFromAPlan(String run, boolean yes) throws Exception {
        String words = "going on with the plan that an earlier run made";
        if (yes) {
            eventually(PATIENCE, () -> assertThat(log(run)).contains(words));
        } else {
            assertThat(log(run)).doesNotContain(words);
        }
    }

    private String log(String run) {
        return TestLedger.at(service, "viewer")
                .send("GET", Paths.LOG.replace("{runId}", run), null)
                .body()
                .toString();
    }

    private List<String> of(String tenant, String select) throws Exception {
        String[] parts = select.split(" order by ");
        return ledger.column(
                parts[0]
                        + (parts[0].contains(" where ") ? " and" : " where")
                        + " tenant_id = '"
                        + tenant
                        + "'"
                        + (parts.length > 1 ? " order by " + parts[1] : ""));
    }

    @Test
    @Order(3)
    void anOutcomeThatCouldNotBeToldIsToldByTheNextStartAndNothingIsAppliedAgain()
            throws Exception {
        String tenant = "told-later";
        ledger.execute(
                """
                create function is_away() returns trigger language plpgsql as $$
                begin raise exception 'away' using errcode = '53300'; end $$
                """,
                """
                create trigger is_away before update on run for each row
                when (new.result = 'SUCCEEDED') execute function is_away()
                """);
        wants(tenant, 1);
        eventually(
                PATIENCE,
                () ->
                        assertThat(worker.spool().toFile().list())
                                .as(worker.log())
                                .anyMatch(name -> name.endsWith(".outcome")));
        worker.signal("KILL");
        worker.ends(PATIENCE);
        ledger.execute("drop trigger is_away on run");

        worker.start();

        endsWell(Case.at(Step.OUTCOME, Moment.BEFORE), tenant, 1);
        assertThat(of(tenant, "select result from run")).containsExactly("SUCCEEDED");
        assertThat(worker.spool().toFile().list())
                .noneMatch(name -> name.endsWith(".outcome") || name.endsWith(".state"));
    }
}
