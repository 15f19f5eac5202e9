package io.leasehold.state.tfstate;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.ServiceClient;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The backend as the real tofu uses it. Needs {@code ./leasehold tools} to have run. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class TofuBackendIT {
    private static final String MODULE =
            """
            terraform {
              backend "http" {}
            }
            variable "word" {
              default = "one"
            }
            variable "pause" {
              default = "0"
            }
            resource "terraform_data" "thing" {
              input = var.word
              provisioner "local-exec" {
                command = "sleep ${var.pause}"
              }
            }
            output "word" {
              value = terraform_data.thing.output
            }
            """;

    @TempDir Path folder;

    private final String tenant = "tofu-" + UUID.randomUUID();
    private final String path = "/state/" + tenant + "/1/main";
    private final ServiceClient operator = ServiceClient.as(TestTokens.OPERATOR);

    private record Ended(int exit, String output) {}

    @BeforeEach
    void initialise() throws Exception {
        Files.writeString(folder.resolve("main.tf"), MODULE);
        assertThat(tofu("init", "-input=false")).satisfies(TofuBackendIT::succeeded);
    }

    @Test
    void applyStoresTheStateAndASecondApplyThatChangesNothingStoresNone() throws Exception {
        succeeded(tofu("apply", "-auto-approve", "-input=false"));
        int versions = versions();
        succeeded(tofu("apply", "-auto-approve", "-input=false"));

        assertThat(versions).isEqualTo(1);
        assertThat(versions()).isEqualTo(1);
        assertThat(tofu("output", "-raw", "word").output()).isEqualTo("one");
        assertThat(operator.send("GET", "/v1/locks?tenant=" + tenant, null).json().path("items"))
                .isEmpty();
    }

    @Test
    void aStateThatWasPulledCanBePushedBackAndAnOlderOneOnlyByForce() throws Exception {
        succeeded(tofu("apply", "-auto-approve", "-input=false"));
        Ended first = tofu("state", "pull");
        succeeded(first);
        succeeded(tofu("apply", "-auto-approve", "-input=false", "-var", "word=two"));
        Files.writeString(folder.resolve("old.json"), first.output());

        assertThat(tofu("state", "push", "old.json").exit()).isNotZero();
        Ended second = tofu("state", "pull");
        Files.writeString(folder.resolve("new.json"), second.output());
        succeeded(tofu("state", "push", "new.json"));
        assertThat(tofu("output", "-raw", "word").output()).isEqualTo("two");
    }

    @Test
    void aStackHeldByAnotherIsRefusedWithItsHolderAndFreedByForceUnlock() throws Exception {
        String id = UUID.randomUUID().toString();
        assertThat(
                        operator.send(
                                        "LOCK",
                                        path,
                                        "{\"ID\":\"%s\",\"Operation\":\"OperationTypeApply\",\"Who\":\"the-other@desk\",\"Version\":\"1\",\"Created\":\"2026-01-01T00:00:00Z\",\"Info\":\"\",\"Path\":\"\"}"
                                                .formatted(id))
                                .status())
                .isEqualTo(200);

        Ended refused = tofu("plan", "-input=false");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.output()).contains("the-other@desk", id);

        assertThat(tofu("force-unlock", "-force", UUID.randomUUID().toString()).exit()).isNotZero();
        succeeded(tofu("force-unlock", "-force", id));
        succeeded(tofu("plan", "-input=false"));
    }

    @Test
    void ofTwoAppliesAtOnceOneWaitsForTheOtherAndBothAreStored() throws Exception {
        CompletableFuture<Ended> slow =
                begin(
                        "apply",
                        "-auto-approve",
                        "-input=false",
                        "-lock-timeout=60s",
                        "-var",
                        "pause=2");
        CompletableFuture<Ended> other =
                begin(
                        "apply",
                        "-auto-approve",
                        "-input=false",
                        "-lock-timeout=60s",
                        "-var",
                        "word=two");

        succeeded(slow.get(90, TimeUnit.SECONDS));
        succeeded(other.get(90, TimeUnit.SECONDS));

        assertThat(versions()).isGreaterThanOrEqualTo(2);
        assertThat(operator.send("GET", "/v1/locks?tenant=" + tenant, null).json().path("items"))
                .isEmpty();
    }

    @Test
    void aTokenThatIsNotKnownIsAnAuthenticationErrorForTofu() throws Exception {
        Ended refused = run(Map.of("TF_HTTP_PASSWORD", "wrong"), "plan", "-input=false");

        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.output()).containsIgnoringCase("auth");
    }

    // ── what the tests say ──────────────────────────────────────────────────────────────────────

    private static void succeeded(Ended ended) {
        assertThat(ended.exit()).as(ended.output()).isZero();
    }

    private int versions() {
        return operator.send("GET", "/v1/states/" + tenant + "/1/main/versions", null)
                .json()
                .path("items")
                .size();
    }

    private CompletableFuture<Ended> begin(String... arguments) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return tofu(arguments);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private Ended tofu(String... arguments) throws IOException, InterruptedException {
        return run(Map.of(), arguments);
    }

    private Ended run(Map<String, String> more, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(binary()));
        command.addAll(List.of(arguments));
        command.add(1, "-chdir=" + folder);
        ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = process.environment();
        environment.clear();
        environment.put("HOME", folder.toString());
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("CHECKPOINT_DISABLE", "1");
        environment.put("TF_CLI_ARGS", "-no-color");
        environment.put("TF_HTTP_ADDRESS", operator.base() + path);
        environment.put("TF_HTTP_LOCK_ADDRESS", operator.base() + path);
        environment.put("TF_HTTP_UNLOCK_ADDRESS", operator.base() + path);
        environment.put("TF_HTTP_USERNAME", "me");
        environment.put("TF_HTTP_PASSWORD", TestTokens.OPERATOR);
        environment.putAll(more);
        Process running = process.start();
        running.getOutputStream().close();
        String output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!running.waitFor(60, TimeUnit.SECONDS)) {
            running.destroyForcibly();
            throw new AssertionError("tofu did not end: " + output);
        }
        return new Ended(running.exitValue(), output);
    }

    private static String binary() {
        Map<String, String> environment = System.getenv();
        String cache =
                environment.getOrDefault(
                        "LEASEHOLD_CACHE", System.getProperty("user.home") + "/.cache/leasehold");
        String tofu = environment.getOrDefault("LEASEHOLD_TOFU", cache + "/bin/tofu");
        assertThat(new File(tofu)).as("made by ./leasehold tools").isFile();
        return tofu;
    }
}
