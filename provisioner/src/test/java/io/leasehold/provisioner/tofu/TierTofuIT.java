package io.leasehold.provisioner.tofu;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.Delta;
import io.leasehold.provisioner.module.Template;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.sandbox.Rights;
import io.leasehold.provisioner.sandbox.Tier;
import io.leasehold.provisioner.stateproxy.StateAccess;
import io.leasehold.provisioner.workshop.StateServer;
import io.leasehold.provisioner.workshop.Worker;
import io.leasehold.testsupport.Eventually;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real tofu in the tiers that have no namespaces. */
@Timeout(120)
class TierTofuIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String RANDOM =
            """
            terraform {
              required_providers {
                random = { source = "hashicorp/random" }
              }
            }
            resource "random_password" "it" { length = 20 }
            resource "terraform_data" "one" { input = random_password.it.length }
            """;

    @TempDir Path directory;

    @SuppressWarnings("NullAway.Init") // JUnit calls start before each test.
    private StateServer ledger;

    private final StateAccess write = StateAccess.writable(Worker.stack(), "lease-1");

    @BeforeEach
    void start() throws Exception {
        ledger = new StateServer();
    }

    @AfterEach
    void stop() {
        ledger.close();
    }

    private Worker worker(Tier tier) throws Exception {
        return new Worker(directory, ledger.uri(), Rights.settingsOf(tier));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BUBBLEWRAP")
    void whatIsPlannedIsShownAppliedSavedAndLookedAtAgain(Tier tier) throws Exception {
        Worker worker = worker(tier);
        Template template = worker.template(Map.of("main.tf", RANDOM));

        SavedPlan plan = plan(worker, template, TofuCommand.Mode.NORMAL).orElseThrow();
        TofuResult shown =
                run(worker, Worker.request("s", new TofuCommand.ShowPlan(plan), template, write));
        TofuResult applied =
                run(worker, Worker.request("a", new TofuCommand.ApplyPlan(plan), template, write));

        assertThat(PlanView.read(shown.left().shown().orElseThrow()).changes()).hasSize(2);
        assertThat(applied.outcome())
                .as(String.join("\n", worker.log()))
                .isEqualTo(new ProcessOutcome.Exited(0));
        assertThat(applied.delta()).isEqualTo(new Delta(2, 0, 0));
        assertThat(ledger.state(Worker.statePath()).orElseThrow()).contains("random_password");
        assertThat(ledger.requests()).contains("POST /state/acme/1/database lease-1");
        assertThat(plan(worker, template, TofuCommand.Mode.REFRESH_ONLY)).isPresent();
    }

    private Optional<SavedPlan> plan(Worker worker, Template template, TofuCommand.Mode mode)
            throws InterruptedException {
        StateAccess read = StateAccess.readOnly(Worker.stack(), "lease-1");
        TofuResult planned =
                run(worker, Worker.request("p", new TofuCommand.Plan(mode), template, read));
        assertThat(planned.succeeded()).as(String.join("\n", worker.log())).isTrue();
        return planned.left().plan();
    }

    private static TofuResult run(Worker worker, TofuRequest request) throws InterruptedException {
        return worker.tofu().execute(request, worker.listener());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BUBBLEWRAP")
    void whoIsInterruptedSavesWhatWasDone(Tier tier) throws Exception {
        Worker worker = worker(tier);
        Template template = worker.template(Map.of("main.tf", RANDOM));
        ledger.seed(
                Worker.statePath(),
                """
                {"version":4,"terraform_version":"1.12.6","serial":1,\
                "lineage":"4b7dd0fa-0e4c-4bd6-a1f5-5bd1b8f2a1d7","outputs":{},"resources":[]}
                """);
        ledger.awayForWrites(true);
        TofuHandle handle =
                worker.tofu()
                        .start(
                                Worker.request("i", new TofuCommand.DirectApply(), template, write),
                                worker.listener());
        Eventually.eventually(
                Duration.ofSeconds(60), () -> assertThat(handle.writeInFlight()).isTrue());

        handle.interrupt("an operator cancelled");
        Eventually.eventually(
                Duration.ofSeconds(30),
                () -> assertThat(worker.log()).anyMatch(line -> line.contains("nterrupt")));
        ledger.awayForWrites(false);

        assertThat(handle.await().outcome())
                .isInstanceOfSatisfying(
                        ProcessOutcome.Stopped.class,
                        stopped -> assertThat(stopped.code()).isLessThan(128));
        assertThat(JSON.readTree(ledger.state(Worker.statePath()).orElseThrow()).path("resources"))
                .isNotEmpty();
        assertThat(worker.spool().leftovers()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "BUBBLEWRAP")
    void aStateThatCannotBeHandedOverIsReadBack(Tier tier) throws Exception {
        Worker worker = worker(tier);
        Template template = worker.template(Map.of("main.tf", RANDOM));
        StateAccess readOnly = StateAccess.readOnly(Worker.stack(), null);

        TofuResult result =
                run(worker, Worker.request("e", new TofuCommand.DirectApply(), template, readOnly));

        assertThat(result.succeeded()).isFalse();
        assertThat(new String(result.left().erroredState().orElseThrow(), UTF_8))
                .contains("random_password");
        assertThat(template.directory().resolve("errored.tfstate")).isEmptyFile();
    }
}
