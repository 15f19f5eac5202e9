package io.leasehold.provisioner.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.leasehold.events.ErrorCode;
import io.leasehold.provisioner.runner.HostileTenants.Ended;
import io.leasehold.provisioner.sandbox.ProbeResult;
import io.leasehold.provisioner.sandbox.Rights;
import io.leasehold.provisioner.workshop.HostileTools;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real modules that misbehave, as the runs of one worker that they are: each ends with a code that
 * says what happened, and none of the others notices.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileModuleIT {

    private static final String CANARY = "state-of-the-victim";

    private final ExecutorService slots = Executors.newVirtualThreadPerTaskExecutor();

    @SuppressWarnings("NullAway.Init") // JUnit calls start before the tests.
    private HostileTenants tenants;

    @SuppressWarnings("NullAway.Init") // JUnit calls start before the tests.
    private Future<Ended> hanging;

    @SuppressWarnings("NullAway.Init") // JUnit calls start before the tests.
    private Future<Ended> stopping;

    @SuppressWarnings("NullAway.Init") // JUnit calls start before the tests.
    private Future<Ended> writing;

    /** Those that take long are at work while the others are looked at, as neighbours. */
    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        tenants = new HostileTenants(folder);
        hanging = slots.submit(() -> tenants.hangs("hangs", "sleep=1h"));
        stopping = slots.submit(() -> tenants.hangs("stops", "stop-tofu"));
        writing = slots.submit(() -> tenants.hangs("writes", "write-for-ever"));
    }

    @AfterAll
    void stop() {
        slots.close();
        tenants.close();
    }

    private static ErrorCode code(Ended ended) {
        return LifecycleRuns.failure(ended.ending());
    }

    @Test
    void whoHangsHasATimeOut() throws Exception {
        assertThat(code(hanging.get())).isEqualTo(ErrorCode.TIMEOUT);
    }

    @Test
    void whoStopsTofuAndHearsNoSignalIsKilled() throws Exception {
        assertThat(code(stopping.get())).isEqualTo(ErrorCode.TIMEOUT);
    }

    @Test
    void whoWritesStatesWithoutEndIsKilledAllTheSame() throws Exception {
        assertThat(code(writing.get())).isEqualTo(ErrorCode.TIMEOUT);
    }

    @Test
    void aFloodIsReadToItsEndAndKeptToTheLimitOfTheLog() throws Exception {
        Ended ended = tenants.tries("floods", "flood=3");

        assertThat(ended.ending()).isInstanceOf(RunEnding.Succeeded.class);
        assertThat(ended.said()).hasSizeLessThan(5_300);
        assertThat(ended.said()).anyMatch(line -> line.contains("more lines were read"));
    }

    @Test
    void aFloodOfErrorsIsKeptToTheLimitToo() throws Exception {
        Ended ended =
                tenants.run(
                        "errs",
                        Map.of(
                                "main.tf",
                                """
                                resource "terraform_data" "it" {
                                  count = 6000
                                  lifecycle {
                                    precondition {
                                      condition     = count.index < 0
                                      error_message = "Never so."
                                    }
                                  }
                                }
                                """));

        assertThat(code(ended)).isEqualTo(ErrorCode.VALIDATION);
        assertThat(ended.said()).anyMatch(line -> line.contains("Never so."));
        assertThat(ended.said()).hasSizeLessThan(5_300);
        assertThat(ended.said()).anyMatch(line -> line.contains("more lines were read"));
    }

    /** All at once: what a program prints, tofu hands on in pieces and slowly. */
    @Test
    void fiftyMegabytesOfWordsAreCutAndCounted() throws Exception {
        Ended ended =
                tenants.run(
                        "bursts",
                        Map.of(
                                "main.tf",
                                """
                                locals { long = join("", [for i in range(1000) : local.thousand]) }
                                locals { thousand = join("", [for i in range(100) : "0123456789"]) }
                                resource "terraform_data" "it" {
                                  count = 50
                                  lifecycle {
                                    precondition {
                                      condition     = count.index < 0
                                      error_message = local.long
                                    }
                                  }
                                }
                                """));

        assertThat(code(ended)).isEqualTo(ErrorCode.VALIDATION);
        assertThat(ended.said()).filteredOn(line -> line.contains("0123456789")).hasSize(50);
        assertThat(ended.said()).allMatch(line -> line.length() <= 8 * 1024);
    }

    /** Its program leaves as many behind as it gets, and they take each place that comes free. */
    @Test
    void whoForksReachesTheLimitAndItsNeighboursFork() throws Exception {
        assumeTrue(Rights.root(), "a plain user's processes are not counted");
        Map<String, String> module = new HashMap<>(HostileTools.module());
        module.put(
                "more.tf",
                """
                resource "terraform_data" "more" {
                  depends_on = [terraform_data.attack]
                  count      = 8
                  provisioner "local-exec" {
                    interpreter = ["/opt/providers/%s", "try"]
                    command     = "open=/etc/hosts"
                  }
                }
                """
                        .formatted(HostileTools.PROVIDER));
        Future<Ended> bomb = slots.submit(() -> tenants.tries("forks", module, "breed=900"));

        neighbourDoes("fork=100", bomb);

        assertThat(code(bomb.get()))
                .as(String.join("\n", bomb.get().said()))
                .isEqualTo(ErrorCode.LIMIT_REACHED);
    }

    /** By tofu itself, which makes a file of what it is to copy. */
    @Test
    void whoFillsItsDiskReachesTheLimitAndItsNeighboursHaveRoom() throws Exception {
        String module =
                """
                locals { long = join("", [for i in range(1000) : local.thousand]) }
                locals { thousand = join("", [for i in range(100) : "0123456789"]) }
                resource "terraform_data" "it" {
                  provisioner "file" {
                    content     = join("", [for i in range(20) : local.long])
                    destination = "/large"
                    connection {
                      host     = "127.0.0.1"
                      user     = "nobody"
                      password = "none"
                    }
                  }
                }
                """;
        Future<Ended> filler = slots.submit(() -> tenants.run("fills", Map.of("main.tf", module)));

        neighbourDoes("fill=/tmp/mine:12", filler);

        assertThat(code(filler.get()))
                .as(String.join("\n", filler.get().said()))
                .isEqualTo(ErrorCode.LIMIT_REACHED);
    }

    /** Again and again, for as long as the other is at it. */
    private void neighbourDoes(String tried, Future<Ended> other) throws Exception {
        int runs = 0;
        do {
            Ended ended = tenants.tries("neighbour-" + tried.charAt(1) + ++runs, tried);

            assertThat(ended.ending()).isInstanceOf(RunEnding.Succeeded.class);
            assertThat(ended.said())
                    .anyMatch(line ->
                            line.contains("{\"try\":\"%s\",\"done\":true".formatted(tried)));
        } while (!other.isDone());
    }

    @Test
    void theCredentialOfARunIsGoodForItsOwnStateOnly() throws Exception {
        tenants.states().seed(HostileTenants.path("victim"), state(CANARY));

        Ended asked = tenants.tries("reads", "state=" + HostileTenants.path("victim"));
        Ended configured =
                tenants.run(
                        "configures",
                        Map.of(
                                "main.tf",
                                """
                                data "terraform_remote_state" "victim" {
                                  backend = "http"
                                  config  = { address = "http://127.0.0.1:%d%s" }
                                }
                                output "seen" { value = data.terraform_remote_state.victim.outputs }
                                """
                                        .formatted(
                                                HostileTenants.SERVICE_PORT,
                                                HostileTenants.path("victim"))));

        assertThat(asked.said()).anyMatch(line -> line.contains("404"));
        for (Ended ended : new Ended[] {asked, configured}) {
            assertThat(ended.said()).noneMatch(line -> line.contains(CANARY));
        }
        assertThat(tenants.states().state(HostileTenants.path("configures")).orElse(""))
                .doesNotContain(CANARY);
        // It would have been given: what keeps it is that nobody can ask for it.
        assertThat(tenants.states().requests()).noneMatch(request -> request.contains("victim"));
    }

    private static String state(String value) {
        return """
        {"version":4,"terraform_version":"1.12.6","serial":1,\
        "lineage":"4b7dd0fa-0e4c-4bd6-a1f5-5bd1b8f2a1d7",\
        "outputs":{"it":{"value":"%s","type":"string"}},"resources":[]}
        """
                .formatted(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "terraform {\n  backend \"local\" {}\n}\n",
                "terraform {\n  cloud {}\n}\n",
                "terraform {\n  encryption {}\n}\n"
            })
    void whoSaysWhereStatesGoIsRefused(String text) throws Exception {
        assertThat(code(tenants.run("names", Map.of("main.tf", text))))
                .isEqualTo(ErrorCode.MODULE_REFUSED);
    }

    @Test
    void aProviderThatCrashesAtItsStartIsSaid() throws Exception {
        Ended ended =
                tenants.run(
                        "crashes",
                        Map.of(
                                "main.tf",
                                """
                                terraform {
                                  required_providers {
                                    attacker = { source = "hostile.test/hostile/attacker" }
                                  }
                                }
                                resource "attacker_thing" "it" {}
                                """));

        assertThat(code(ended)).isEqualTo(ErrorCode.PROVIDER_CRASHED);
    }

    @Test
    void aProviderThatCrashesAtWorkIsSaid() throws Exception {
        Map<String, String> module = new HashMap<>(HostileTools.module());
        module.put(
                "random.tf",
                """
                terraform {
                  required_providers {
                    random = { source = "hashicorp/random" }
                  }
                }
                resource "random_pet" "it" { depends_on = [terraform_data.attack] }
                """);

        Ended ended = tenants.tries("loses", module, "kill=terraform-provider-random");

        assertThat(code(ended))
                .as(String.join("\n", ended.said()))
                .isEqualTo(ErrorCode.PROVIDER_CRASHED);
    }

    @Test
    void theWorkerIsAsItWas() throws Exception {
        hanging.get();
        stopping.get();
        writing.get();

        assertThat(tenants.worker().sandbox().probe()).isInstanceOf(ProbeResult.Ok.class);
        assertThat(tenants.tries("after", "open=/etc/hosts").ending())
                .isInstanceOf(RunEnding.Succeeded.class);
    }
}
