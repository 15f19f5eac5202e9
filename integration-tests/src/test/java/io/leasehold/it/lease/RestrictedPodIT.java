package io.leasehold.it.lease;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.it.JvmService;
import io.leasehold.ledger.api.Paths;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A worker with what the Pod Security Standard {@code restricted} leaves it: a plain user without
 * any capability, who can get no privileges again.
 */
class RestrictedPodIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NOBODY = "65534";

    @TempDir Path folder;

    private TestLedger ledger;
    private JvmService service;

    @BeforeEach
    void aLedger() throws Exception {
        ledger = new TestLedger(folder);
        service = ledger.serve(1, Map.of("LEASEHOLD_LEASE_POLL", "PT0.2S")).getFirst();
        Path blueprints = folder.resolve("lettered");
        Files.createDirectories(blueprints.resolve("blueprints/lettered"));
        Files.createDirectories(blueprints.resolve("modules/lettered"));
        Files.writeString(
                blueprints.resolve("blueprints/lettered/1.0.0.yaml"),
                """
                apiVersion: leasehold.io/v1
                kind: Blueprint
                name: lettered
                version: 1.0.0
                variables: { type: object, additionalProperties: false }
                stacks:
                  main:
                    module: { dir: modules/lettered }
                    outputs: [made]
                    policy: { deletion: Delete, approval: auto, drift: "off" }
                    timeout: PT10M
                """);
        Files.writeString(
                blueprints.resolve("modules/lettered/main.tf"),
                """
                terraform {
                  required_providers {
                    random = { source = "hashicorp/random", version = "3.9.0" }
                  }
                }
                resource "random_id" "made" { byte_length = 4 }
                output "made" { value = random_id.made.hex }
                """);
        ledger.register(blueprints);
    }

    @AfterEach
    void stop() {
        ledger.close();
    }

    @Test
    void landlockNeedsNothingThatARestrictedPodLacks() throws Exception {
        try (JvmService worker = worker()) {
            want();
            eventually(
                    PATIENCE,
                    () ->
                            assertThat(ledger.column("select result from run"))
                                    .as(worker.log())
                                    .containsExactly("SUCCEEDED"));
            assertThat(ledger.column("select add_count from run")).containsExactly("1");
        }
    }

    private void want() throws Exception {
        TestLedger.at(service, "intake")
                .send("POST", Paths.INTAKE, ledger.wanting("lettered", "acme"));
    }

    private JvmService worker() throws Exception {
        Path own = Files.createDirectory(folder.resolve("w"));
        Path token = Files.writeString(own.resolve("token"), TestLedger.token("worker"));
        Map<String, String> settings = new HashMap<>(reachable(TestLedger.tools()));
        settings.put("LEASEHOLD_LEDGER_URL", service.url());
        settings.put("LEASEHOLD_LEDGER_TOKEN_FILE", token.toString());
        settings.put("LEASEHOLD_INTAKE_ENABLED", "false");
        settings.put("LEASEHOLD_PUBLISHER_ENABLED", "false");
        settings.put("LEASEHOLD_RUNNER_SLOTS", "1");
        settings.put("LEASEHOLD_RUNNER_DRIFT_SLOTS", "0");
        settings.put("LEASEHOLD_SPOOL_DIRECTORY", own.resolve("spool").toString());
        settings.put("LEASEHOLD_MODULE_TEMPLATES", own.resolve("templates").toString());
        settings.put("LEASEHOLD_SANDBOX_DIRECTORY", own.resolve("s").toString());
        settings.put("LEASEHOLD_SANDBOX_TIER", "landlock");
        List<String> restricted =
                new ArrayList<>(List.of("setpriv", "--no-new-privs", "--inh-caps=-all"));
        if (isRoot()) {
            run("chown", "-R", NOBODY + ":" + NOBODY, own.toString());
            restricted.addAll(
                    List.of(
                            "--bounding-set=-all",
                            "--reuid=" + NOBODY,
                            "--regid=" + NOBODY,
                            "--clear-groups"));
        }
        restricted.add("--");
        return JvmService.launchBy(restricted, "provisioner", own, settings);
    }

    /** Tools may lie where only this user comes. */
    private Map<String, String> reachable(Map<String, String> tools) throws Exception {
        Path shared = Files.createDirectories(folder.resolve("tools"));
        Map<String, String> reachable = new HashMap<>();
        for (Map.Entry<String, String> tool : tools.entrySet()) {
            Path copy = shared.resolve(tool.getKey());
            run("cp", "-a", "--reflink=auto", tool.getValue(), copy.toString());
            reachable.put(tool.getKey(), copy.toString());
        }
        run("chmod", "755", folder.toString());
        return reachable;
    }

    private static boolean isRoot() throws Exception {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).start().waitFor()).as(command[0]).isZero();
    }
}
