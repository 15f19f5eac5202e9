package io.leasehold.it.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.it.lease.TestLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A module that prints what it was given in every form, and its tools. */
final class LeakyModule {
    static final String NAME = "leaky";

    private static final Path HOME = Path.of(System.getProperty("leasehold.home"));
    private static final String ATTACKER = "hostile.test/hostile/attacker/1.0.0/attacker";

    private final Path folder;

    LeakyModule(Path folder) {
        this.folder = folder;
    }

    Path blueprint() throws IOException {
        Path blueprints = folder.resolve(NAME);
        Files.createDirectories(blueprints.resolve("blueprints/leaky"));
        Files.createDirectories(blueprints.resolve("modules/leaky"));
        Files.writeString(
                blueprints.resolve("blueprints/leaky/1.0.0.yaml"),
                """
                apiVersion: leasehold.io/v1
                kind: Blueprint
                name: leaky
                version: 1.0.0
                variables:
                  type: object
                  additionalProperties: false
                  properties: { note: { type: string }, fails: { type: boolean } }
                stacks:
                  main:
                    module: { dir: modules/leaky }
                    inputs: { note: "${var.note}", fails: "${var.fails}" }
                    outputs: [made, note]
                    policy: { deletion: Delete, approval: auto, drift: "off" }
                """);
        Files.writeString(
                blueprints.resolve("modules/leaky/main.tf"),
                """
                terraform {
                  required_providers {
                    random = { source = "hashicorp/random", version = "3.9.0" }
                  }
                }
                variable "note" {
                  type      = string
                  sensitive = true
                }
                variable "fails" { type = bool }
                resource "random_password" "made" {
                  length  = 24
                  special = false
                }
                resource "terraform_data" "kept" { input = var.note }
                resource "terraform_data" "says" {
                  provisioner "local-exec" {
                    interpreter = ["/opt/providers/%1$s", "try"]
                    command     = "say=LEAKED"
                  }
                }
                resource "terraform_data" "denied" {
                  count      = var.fails ? 1 : 0
                  depends_on = [terraform_data.says, random_password.made]
                  provisioner "local-exec" {
                    interpreter = ["/opt/providers/%1$s", "try"]
                    command     = "deny=LEAKED"
                  }
                }
                resource "terraform_data" "told" {
                  count = var.fails ? 1 : 0
                  lifecycle {
                    precondition {
                      condition     = random_password.made.result == ""
                      error_message = <<-EOT
                        It is ${nonsensitive(random_password.made.result)},
                        or ${nonsensitive(base64encode(random_password.made.result))}.
                      EOT
                    }
                  }
                }
                output "made" {
                  value     = random_password.made.result
                  sensitive = true
                }
                output "note" {
                  value     = var.note
                  sensitive = true
                }
                """
                        .formatted(ATTACKER));
        return blueprints;
    }

    /** Gives the runs that secret, and the program that prints it. */
    Map<String, String> settings(String secret) throws Exception {
        Path file = Files.writeString(folder.resolve("credential"), secret);
        Path bindings =
                Files.writeString(
                        folder.resolve("leaky.yaml"),
                        """
                        bindings:
                          - blueprint: leaky
                            secretEnv: { LEAKED: "%s" }
                        """
                                .formatted(file));
        return new HashMap<>(
                Map.of(
                        "LEASEHOLD_RUNNER_BINDINGS", bindings.toString(),
                        "LEASEHOLD_TOFU_PROVIDERS", mirror().toString()));
    }

    private Path mirror() throws Exception {
        Path mirror = folder.resolve("mirror");
        Path random = Path.of("registry.opentofu.org/hashicorp/random");
        Path real =
                Path.of(Objects.requireNonNull(TestLedger.tools().get("LEASEHOLD_TOFU_PROVIDERS")));
        Files.createDirectories(mirror.resolve(random).getParent());
        try (Stream<Path> all = Files.walk(real.resolve(random))) {
            for (Path path : all.toList()) {
                Files.copy(
                        path,
                        mirror.resolve(real.relativize(path)),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        Path attacker = mirror.resolve(ATTACKER);
        Files.createDirectories(attacker.getParent());
        ProcessBuilder go =
                new ProcessBuilder(
                                List.of("go", "build", "-trimpath", "-o", attacker.toString(), "."))
                        .directory(HOME.resolve("provisioner/src/test/attacker").toFile())
                        .inheritIO();
        go.environment().put("CGO_ENABLED", "0");
        assertThat(go.start().waitFor()).as("the attacker is built").isZero();
        return mirror;
    }
}
