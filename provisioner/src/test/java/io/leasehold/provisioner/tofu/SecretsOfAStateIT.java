package io.leasehold.provisioner.tofu;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.provisioner.module.Template;
import io.leasehold.provisioner.stateproxy.StateAccess;
import io.leasehold.provisioner.workshop.StateServer;
import io.leasehold.provisioner.workshop.Worker;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a provider made up is nobody's input, and a secret all the same. */
class SecretsOfAStateIT {

    private static final String TELLS_ITS_PASSWORD =
            """
            terraform {
              required_providers {
                random = { source = "hashicorp/random" }
              }
            }
            resource "random_password" "it" { length = 20 }
            check "told" {
              assert {
                condition     = random_password.it.length == 0
                error_message = "the password is ${nonsensitive(random_password.it.result)}"
              }
            }
            """;

    @TempDir Path directory;

    @Test
    void whatAStateCallsSensitiveIsMaskedThoughTheModuleTellsIt() throws Exception {
        try (StateServer ledger = new StateServer()) {
            Worker worker = new Worker(directory, ledger.uri());
            Template template = worker.template(Map.of("main.tf", TELLS_ITS_PASSWORD));

            TofuResult first = apply(worker, template, "run-1");
            String password = password(ledger);
            assertThat(first.succeeded()).as("%s", worker.log()).isTrue();
            assertThat(first.diagnostics())
                    .isNotEmpty()
                    .allSatisfy(said -> assertThat(said.toString()).doesNotContain(password));

            int before = worker.log().size();
            TofuResult second = apply(worker, template, "run-2");
            assertThat(second.succeeded()).isTrue();
            assertThat(worker.log().subList(before, worker.log().size()))
                    .anyMatch(line -> line.contains("the password is (hidden)"))
                    .noneMatch(line -> line.contains(password));
        }
    }

    private static TofuResult apply(Worker worker, Template template, String runId)
            throws InterruptedException {
        return worker.tofu()
                .execute(
                        Worker.request(
                                runId,
                                new TofuCommand.DirectApply(),
                                template,
                                StateAccess.writable(Worker.stack(), "lease-1")),
                        worker.listener());
    }

    private static String password(StateServer ledger) throws Exception {
        return new ObjectMapper()
                .readTree(ledger.state(Worker.statePath()).orElseThrow())
                .at("/resources/0/instances/0/attributes/result")
                .asText();
    }
}
