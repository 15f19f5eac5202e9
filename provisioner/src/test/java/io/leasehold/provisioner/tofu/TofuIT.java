package io.leasehold.provisioner.tofu;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.Delta;
import io.leasehold.provisioner.module.Template;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.stateproxy.Leftover;
import io.leasehold.provisioner.stateproxy.StateAccess;
import io.leasehold.provisioner.stateproxy.StateReport;
import io.leasehold.provisioner.workshop.StateServer;
import io.leasehold.provisioner.workshop.Worker;
import io.leasehold.testsupport.Eventually;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real tofu in the real sandbox, with a real HTTP server for states. */
@Timeout(120)
class TofuIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String FOUR =
            """
            variable "size" {
              type    = number
              default = 1
            }
            resource "terraform_data" "one" { input = var.size }
            resource "terraform_data" "two" { input = terraform_data.one.output }
            resource "terraform_data" "three" { input = "c" }
            resource "terraform_data" "four" { input = "d" }
            output "size" { value = terraform_data.two.output }
            """;

    private static final String RANDOM =
            """
            terraform {
              required_providers {
                random = { source = "hashicorp/random" }
              }
            }
            resource "random_password" "it" { length = 20 }
            output "password" {
              value     = random_password.it.result
              sensitive = true
            }
            """;

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // JUnit calls start before each test.
    private StateServer ledger;

    @SuppressWarnings("NullAway.Init") // JUnit calls start before each test.
    private Worker worker;

    private final StateAccess write = StateAccess.writable(Worker.stack(), "lease-1");

    @BeforeEach
    void start() throws Exception {
        ledger = new StateServer();
        worker = new Worker(directory, ledger.uri());
    }

    @AfterEach
    void stop() {
        ledger.close();
    }

    private TofuResult run(TofuRequest request) throws InterruptedException {
        return worker.tofu().execute(request, worker.listener());
    }

    private TofuResult run(String runId, TofuCommand command, Template template, StateAccess state)
            throws InterruptedException {
        return run(Worker.request(runId, command, template, state));
    }

    @Test
    void aDirectApplyLeavesItsStateUnderTheLease() throws Exception {
        Template template = worker.template(Map.of("main.tf", FOUR));

        TofuResult result = run("run-1", new TofuCommand.DirectApply(), template, write);

        assertThat(result.outcome())
                .as(String.join("\n", worker.log()))
                .isEqualTo(new ProcessOutcome.Exited(0));
        assertThat(result.delta()).isEqualTo(new Delta(4, 0, 0));
        assertThat(result.state().accepted()).isEqualTo(1);
        assertThat(result.state().spooled()).isFalse();
        assertThat(ledger.requests()).contains("POST /state/acme/1/database lease-1");
        JsonNode state = JSON.readTree(ledger.state(Worker.statePath()).orElseThrow());
        assertThat(state.path("outputs").path("size").path("value").asInt()).isEqualTo(1);
        assertThat(worker.spool().leftovers()).isEmpty();
        assertThat(directory.resolve("sandbox/runs/" + ProcessHandle.current().pid()))
                .isEmptyDirectory();
    }

    @Test
    void whatIsPlannedIsShownAndThenExactlyThatIsApplied() throws Exception {
        Template template = worker.template(Map.of("main.tf", RANDOM));

        TofuResult planned =
                run(
                        "plan-1",
                        new TofuCommand.Plan(TofuCommand.Mode.NORMAL),
                        template,
                        StateAccess.readOnly(Worker.stack(), "lease-1"));
        SavedPlan plan = planned.left().plan().orElseThrow();
        TofuResult shown = run("show-1", new TofuCommand.ShowPlan(plan), template, write);
        TofuResult applied = run("run-1", new TofuCommand.ApplyPlan(plan), template, write);

        assertThat(PlanView.read(shown.left().shown().orElseThrow()).changes())
                .containsExactly(
                        new PlanView.Change("random_password.it", "random_password", "create"));
        assertThat(applied.outcome())
                .as(String.join("\n", worker.log()))
                .isEqualTo(new ProcessOutcome.Exited(0));
        assertThat(ledger.state(Worker.statePath()).orElseThrow()).contains("random_password");
        assertThat(shown.state()).isEqualTo(StateReport.NONE);
    }

    @Test
    void destroyingLeavesNothingInTheState() throws Exception {
        Template template = worker.template(Map.of("main.tf", RANDOM));
        assertThat(run("run-1", new TofuCommand.DirectApply(), template, write).succeeded())
                .isTrue();

        TofuResult destroyed = run("run-2", new TofuCommand.DirectDestroy(), template, write);

        assertThat(destroyed.succeeded()).isTrue();
        assertThat(destroyed.delta()).isEqualTo(new Delta(0, 0, 1));
        assertThat(JSON.readTree(ledger.state(Worker.statePath()).orElseThrow()).path("resources"))
                .isEmpty();
    }

    @Test
    void inputsArriveAndSecretsAreMaskedInEveryLine() throws Exception {
        Template template =
                worker.template(
                        Map.of(
                                "main.tf",
                                """
                                variable "word" { type = string }
                                resource "terraform_data" "it" { input = var.word }
                                check "said" {
                                  assert {
                                    condition     = var.word == "no"
                                    error_message = "the word is ${var.word}"
                                  }
                                }
                                """));
        TofuRequest request =
                Worker.with(
                        Worker.request("run-1", new TofuCommand.DirectApply(), template, write),
                        new RunInputs(
                                Worker.variables().put("word", "swordfish"),
                                Map.of("PGHOST", "db.internal"),
                                Map.of("PGPASSWORD", new Secret("from-the-binding")),
                                Set.of(new Secret("swordfish"))),
                        List.of());

        TofuResult result = run(request);

        assertThat(result.succeeded()).isTrue();
        assertThat(ledger.state(Worker.statePath()).orElseThrow()).contains("swordfish");
        assertThat(worker.log()).anyMatch(line -> line.contains("the word is (hidden)"));
        assertThat(worker.log()).noneMatch(line -> line.contains("swordfish"));
        assertThat(result.diagnostics())
                .noneMatch(diagnostic -> diagnostic.detail().contains("swordfish"));
    }

    @Test
    void aPlanCannotWriteTheState() throws Exception {
        Template template = worker.template(Map.of("main.tf", FOUR));

        TofuResult result =
                run(
                        "run-1",
                        new TofuCommand.DirectApply(),
                        template,
                        StateAccess.readOnly(Worker.stack(), null));

        assertThat(result.succeeded()).isFalse();
        assertThat(ledger.requests()).noneMatch(request -> request.startsWith("POST"));
        assertThat(new String(result.left().erroredState().orElseThrow(), StandardCharsets.UTF_8))
                .contains("\"lineage\"");
    }

    @Test
    void tofuWaitsWhileTheStateServiceIsAway() throws Exception {
        Template template = worker.template(Map.of("main.tf", FOUR));
        TofuHandle handle = startedAndWriting(template);
        // Longer than the three seconds after which tofu gives up on its own.
        assertThat(new CountDownLatch(1).await(4, TimeUnit.SECONDS)).isFalse();
        assertThat(handle.writeInFlight()).isTrue();
        assertThat(worker.spool().leftovers()).hasSize(1);
        ledger.awayForWrites(false);

        TofuResult result = handle.await();

        assertThat(result.outcome())
                .as(String.join("\n", worker.log()))
                .isEqualTo(new ProcessOutcome.Exited(0));
        assertThat(result.state().accepted()).isEqualTo(1);
        assertThat(worker.spool().leftovers()).isEmpty();
    }

    @Test
    void aFencedWriteStaysInTheSpoolExactlyAsItWasSent() throws Exception {
        Template template = worker.template(Map.of("main.tf", FOUR));
        ledger.refusing(true);

        TofuResult result = run("run-1", new TofuCommand.DirectApply(), template, write);

        assertThat(result.succeeded()).isFalse();
        assertThat(result.state().refusal())
                .hasValueSatisfying(refusal -> assertThat(refusal.code()).isEqualTo("LEASE_LOST"));
        assertThat(result.state().spooled()).isTrue();
        Leftover left = worker.spool().leftovers().getFirst();
        assertThat(left.stack()).isEqualTo(Worker.stack());
        assertThat(left.leaseId()).isEqualTo("lease-1");
        byte[] errored = result.left().erroredState().orElseThrow();
        JsonNode spooled = JSON.readTree(worker.spool().read(left.runId()).state());
        assertThat(spooled.path("resources")).hasSize(4);
        assertThat(JSON.readTree(errored).path("lineage")).isEqualTo(spooled.path("lineage"));
    }

    @Test
    void aFenceStopsTofuWhileItWaitsAndKeepsTheState() throws Exception {
        Template template = worker.template(Map.of("main.tf", FOUR));
        TofuHandle handle = startedAndWriting(template);

        handle.fence("the lease is over");
        TofuResult result = handle.await();

        assertThat(result.outcome())
                .isInstanceOfSatisfying(
                        ProcessOutcome.Stopped.class,
                        stopped -> assertThat(stopped.reason()).isEqualTo("the lease is over"));
        assertThat(result.state().accepted()).isZero();
        assertThat(worker.spool().leftovers()).hasSize(1);
    }

    @Test
    void whoIsInterruptedSavesWhatWasDone() throws Exception {
        Template template = worker.template(Map.of("main.tf", FOUR));
        TofuHandle handle = startedAndWriting(template);

        handle.interrupt("an operator cancelled");
        Eventually.eventually(
                Duration.ofSeconds(30),
                () -> assertThat(worker.log()).anyMatch(line -> line.contains("nterrupt")));
        ledger.awayForWrites(false);
        TofuResult result = handle.await();

        assertThat(result.outcome())
                .isInstanceOfSatisfying(
                        ProcessOutcome.Stopped.class,
                        stopped -> assertThat(stopped.code()).isLessThan(128));
        assertThat(JSON.readTree(ledger.state(Worker.statePath()).orElseThrow()).path("resources"))
                .hasSize(4);
        assertThat(worker.spool().leftovers()).isEmpty();
    }

    @Test
    void anUntouchedStackHasNoDrift() throws Exception {
        Template template = worker.template(Map.of("main.tf", RANDOM));
        assertThat(run("run-1", new TofuCommand.DirectApply(), template, write).succeeded())
                .isTrue();

        TofuResult check =
                run(
                        "drift-1",
                        new TofuCommand.Plan(TofuCommand.Mode.REFRESH_ONLY),
                        template,
                        StateAccess.readOnly(Worker.stack(), null));
        TofuResult shown =
                run(
                        "show-1",
                        new TofuCommand.ShowPlan(check.left().plan().orElseThrow()),
                        template,
                        write);

        assertThat(PlanView.read(shown.left().shown().orElseThrow()).drift()).isEmpty();
    }

    @Test
    void aModuleHasNoShellToRunCommandsWith() throws Exception {
        Template template =
                worker.template(
                        Map.of(
                                "main.tf",
                                """
                                resource "terraform_data" "it" {
                                  provisioner "local-exec" { command = "id" }
                                }
                                """));

        TofuResult result = run("run-1", new TofuCommand.DirectApply(), template, write);

        assertThat(result.succeeded()).isFalse();
        assertThat(result.diagnostics())
                .anyMatch(diagnostic -> diagnostic.text().contains("no such file"));
    }

    @Test
    void aModuleReadsNothingOfTheHost() throws Exception {
        Template template =
                worker.template(
                        Map.of(
                                "main.tf",
                                """
                                output "files" {
                                  value = {
                                    env   = file("/proc/self/environ")
                                    users = file("/etc/passwd")
                                    all   = fileset("/", "*")
                                    in    = fileset("/in", "*")
                                  }
                                }
                                """));

        TofuResult result = run("run-1", new TofuCommand.DirectApply(), template, write);

        assertThat(result.outcome())
                .as(String.join("\n", worker.log()))
                .isEqualTo(new ProcessOutcome.Exited(0));
        String state = ledger.state(Worker.statePath()).orElseThrow();
        assertThat(state).contains("TF_HTTP_ADDRESS").doesNotContain("worker-token");
        assertThat(state).contains("run:x:1000").doesNotContain("root:");
        assertThat(state).doesNotContain(System.getenv("PATH"));
    }

    /** An apply whose state has come to the service, which does not take it so far. */
    private TofuHandle startedAndWriting(Template template) throws Exception {
        ledger.seed(Worker.statePath(), emptyState());
        ledger.awayForWrites(true);
        TofuHandle handle =
                worker.tofu()
                        .start(
                                Worker.request(
                                        "run-1", new TofuCommand.DirectApply(), template, write),
                                worker.listener());
        Eventually.eventually(
                Duration.ofSeconds(60),
                () ->
                        assertThat(ledger.requests())
                                .as(String.join("\n", worker.log()))
                                .anyMatch(request -> request.startsWith("POST")));
        assertThat(handle.writeInFlight()).isTrue();
        return handle;
    }

    private static String emptyState() {
        return """
        {"version":4,"terraform_version":"1.12.6","serial":1,\
        "lineage":"4b7dd0fa-0e4c-4bd6-a1f5-5bd1b8f2a1d7","outputs":{},"resources":[]}
        """;
    }
}
