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

/**
 * A module that prints what it was given in every form, one whose role can be changed behind its
 * back, and their tools.
 */
final class LeakyModule {
    static final String NAME = "leaky";

    /** Plans first, is checked for drift, and makes one role that is called like the tenant. */
    static final String ADRIFT = "adrift";

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
        adrift(blueprints);
        return blueprints;
    }

    private static void adrift(Path blueprints) throws IOException {
        Files.createDirectories(blueprints.resolve("blueprints/adrift"));
        Files.createDirectories(blueprints.resolve("modules/adrift"));
        Files.writeString(
                blueprints.resolve("blueprints/adrift/1.0.0.yaml"),
                """
                apiVersion: leasehold.io/v1
                kind: Blueprint
                name: adrift
                version: 1.0.0
                variables:
                  type: object
                  additionalProperties: false
                  properties: { note: { type: string } }
                stacks:
                  main:
                    module: { dir: modules/adrift }
                    inputs: { role: "${tenant.id}", note: "${var.note}" }
                    outputs: [made]
                    endpoints: ["leaky.internal:5432"]
                    policy: { deletion: Delete, approval: manual, drift: report }
                """);
        Files.writeString(
                blueprints.resolve("modules/adrift/main.tf"),
                """
                terraform {
                  required_providers {
                    postgresql = { source = "cyrilgdn/postgresql", version = "1.7.1" }
                    random     = { source = "hashicorp/random", version = "3.9.0" }
                  }
                }
                variable "role" { type = string }
                variable "note" {
                  type      = string
                  sensitive = true
                }
                resource "random_password" "made" {
                  length  = 24
                  special = false
                }
                resource "postgresql_role" "tenant" {
                  name        = var.role
                  password    = random_password.made.result
                  search_path = [var.note]
                }
                output "made" {
                  value     = random_password.made.result
                  sensitive = true
                }
                """);
    }

    /**
     * Gives the runs that secret, and the program that prints it.
     *
     * @param port that leads to the tenants' Postgres
     */
    Map<String, String> settings(String secret, int port, String password) throws Exception {
        Path file = Files.writeString(folder.resolve("credential"), secret);
        Path login = Files.writeString(folder.resolve("login"), password);
        Path bindings =
                Files.writeString(
                        folder.resolve("leaky.yaml"),
                        """
                        bindings:
                          - blueprint: leaky
                            secretEnv: { LEAKED: "%1$s" }
                          - blueprint: adrift
                            env:
                              PGHOST: leaky.internal
                              PGPORT: "5432"
                              PGUSER: postgres
                              PGSSLMODE: disable
                            secretEnv: { LEAKED: "%1$s", PGPASSWORD: "%2$s" }
                        doors:
                          - { name: leaky.internal, port: 5432, connect: "127.0.0.1:%3$d" }
                        """
                                .formatted(file, login, port));
        return new HashMap<>(
                Map.of(
                        "LEASEHOLD_RUNNER_BINDINGS", bindings.toString(),
                        "LEASEHOLD_TOFU_PROVIDERS", mirror().toString()));
    }

    private Path mirror() throws Exception {
        Path mirror = folder.resolve("mirror");
        Path real =
                Path.of(Objects.requireNonNull(TestLedger.tools().get("LEASEHOLD_TOFU_PROVIDERS")));
        for (String provider : List.of("hashicorp/random", "cyrilgdn/postgresql")) {
            Path place = Path.of("registry.opentofu.org", provider);
            Files.createDirectories(mirror.resolve(place).getParent());
            try (Stream<Path> all = Files.walk(real.resolve(place))) {
                for (Path path : all.toList()) {
                    Files.copy(
                            path,
                            mirror.resolve(real.relativize(path)),
                            StandardCopyOption.COPY_ATTRIBUTES);
                }
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
