package io.leasehold.provisioner.door;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.provisioner.process.ProcessOutcome;
import io.leasehold.provisioner.stateproxy.StateAccess;
import io.leasehold.provisioner.tofu.RunInputs;
import io.leasehold.provisioner.tofu.Secret;
import io.leasehold.provisioner.tofu.TofuCommand;
import io.leasehold.provisioner.tofu.TofuRequest;
import io.leasehold.provisioner.tofu.TofuResult;
import io.leasehold.provisioner.workshop.HostileTools;
import io.leasehold.provisioner.workshop.StateServer;
import io.leasehold.provisioner.workshop.ThreeBrokers;
import io.leasehold.provisioner.workshop.Tools;
import io.leasehold.provisioner.workshop.Worker;
import io.leasehold.testsupport.TestPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Protocols that know where they go, carried as they are: real providers and clients in the real
 * sandbox, which know nothing of doors.
 */
@Timeout(120)
class RealProtocolsIT {

    private static final String MODULE =
            """
            terraform {
              required_providers {
                postgresql = { source = "cyrilgdn/postgresql" }
                kafka      = { source = "mongey/kafka" }
              }
            }
            variable "user" { type = string }
            provider "postgresql" {
              host        = "db.internal"
              port        = 5432
              username    = var.user
              sslmode     = "verify-full"
              sslrootcert = "ca.pem"
            }
            provider "kafka" {
              bootstrap_servers = ["b1.kafka.internal:9092"]
              tls_enabled       = false
            }
            resource "postgresql_role" "it" { name = "made_through_a_door" }
            resource "kafka_topic" "it" {
              name               = "made-through-a-door"
              partitions         = 3
              replication_factor = 3
            }
            """;

    @TempDir Path directory;

    @Test
    void kafkaWithThreeBrokersPostgresWithTlsAndTwoNamesAtOnePortWorkUnchanged() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        TestPostgres.Database postgres = TestPostgres.freshDatabase();
        Process endpoint = endpoint();
        try (ThreeBrokers brokers = new ThreeBrokers(directory.resolve("kafka"));
                StateServer states = new StateServer()) {
            int https = Integer.parseInt(firstLine(endpoint));
            encrypt(postgres);
            Worker worker = worker(states);
            List<String> tries =
                    List.of(
                            "tls=a.allowed.test:443>ca.pem",
                            "tls=b.allowed.test:443>ca.pem",
                            "tls=c.allowed.test:443>ca.pem",
                            "kafka=b2.kafka.internal:9092");

            TofuResult result =
                    worker.tofu()
                            .execute(
                                    request(
                                            worker,
                                            postgres,
                                            tries,
                                            doors(brokers, postgres, https)),
                                    worker.listener());

            String log = String.join("\n", worker.log());
            assertThat(result.outcome()).as(log).isEqualTo(new ProcessOutcome.Exited(0));
            assertThat(said(worker, tries.get(0))).isEqualTo("a.allowed.test");
            assertThat(said(worker, tries.get(1))).isEqualTo("b.allowed.test");
            assertThat(said(worker, tries.get(2))).contains("no such host");
            assertThat(said(worker, tries.get(3)).split(" "))
                    .containsExactlyInAnyOrder(
                            "b1.kafka.internal:9092",
                            "b2.kafka.internal:9092",
                            "b3.kafka.internal:9092");
            assertThat(roleIsThereByTls(postgres)).isTrue();
            assertThat(replicas(brokers)).isEqualTo(3);
            assertThat(worker.log())
                    .anyMatch(line ->
                            line.matches(
                                    "worker doors: a\\.allowed\\.test:443 1 connection, [1-9][0-9,]* bytes"
                                            + " out, [1-9][0-9,]* in; .*db\\.internal:5432 .*"));
        } finally {
            endpoint.destroyForcibly();
        }
    }

    /** One port, two names; and an authority for all of the test. */
    private Process endpoint() throws IOException {
        Path certificates = Files.createDirectories(directory.resolve("tls"));
        return new ProcessBuilder(
                        Tools.attacker().toString(),
                        "serve-tls",
                        certificates.toString(),
                        "a.allowed.test",
                        "b.allowed.test",
                        "c.allowed.test",
                        "db.internal")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String firstLine(Process process) throws IOException {
        BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        return Objects.requireNonNull(out.readLine(), "the endpoint ended");
    }

    /** Has the server take TLS, with a certificate for the name that runs know it by. */
    private void encrypt(TestPostgres.Database postgres) throws Exception {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            Path data;
            try (ResultSet found = statement.executeQuery("show data_directory")) {
                found.next();
                data = Path.of(found.getString(1));
            }
            for (String name : List.of("db.internal.crt", "db.internal.key")) {
                Path copy = data.resolve(name);
                Files.deleteIfExists(copy);
                Files.copy(directory.resolve("tls").resolve(name), copy);
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
                Files.setOwner(copy, Files.getOwner(data));
            }
            statement.execute("alter system set ssl_cert_file = 'db.internal.crt'");
            statement.execute("alter system set ssl_key_file = 'db.internal.key'");
            statement.execute("alter system set ssl = on");
            statement.execute("select pg_reload_conf()");
        }
    }

    private Worker worker(StateServer states) throws IOException {
        Path mirror = HostileTools.mirror(directory, "cyrilgdn/postgresql", "mongey/kafka");
        return new Worker(
                directory.resolve("worker"),
                states.uri(),
                Map.of("leasehold.tofu.providers", mirror.toString()));
    }

    private TofuRequest request(
            Worker worker, TestPostgres.Database postgres, List<String> tries, List<DoorRule> doors)
            throws Exception {
        Map<String, String> module = new HashMap<>(HostileTools.module());
        module.put("endpoints.tf", MODULE);
        module.put("ca.pem", Files.readString(directory.resolve("tls/ca.pem")));
        RunInputs inputs =
                new RunInputs(
                        Worker.variables().put("user", postgres.username()),
                        Map.of(),
                        Map.of("PGPASSWORD", new Secret(postgres.password())),
                        Set.of());
        TofuRequest plain =
                Worker.request(
                        "protocols",
                        new TofuCommand.DirectApply(),
                        worker.template(module),
                        StateAccess.writable(Worker.stack(), "lease-1"));
        return Worker.with(plain, HostileTools.trying(tries, inputs), doors);
    }

    private static List<DoorRule> doors(
            ThreeBrokers brokers, TestPostgres.Database postgres, int https) {
        return List.of(
                at("a.allowed.test", 443, https),
                at("b.allowed.test", 443, https),
                at("db.internal", 5432, postgres.port()),
                at("b1.kafka.internal", 9092, brokers.port(1)),
                at("b2.kafka.internal", 9092, brokers.port(2)),
                at("b3.kafka.internal", 9092, brokers.port(3)));
    }

    private static DoorRule at(String name, int port, int real) {
        return new DoorRule(name, port, Optional.of("127.0.0.1:" + real));
    }

    private static String said(Worker worker, String tried) throws IOException {
        for (String line : worker.log()) {
            int start = line.indexOf("{\"try\":");
            if (start >= 0 && line.contains(tried.substring(0, tried.indexOf('.')))) {
                return new ObjectMapper().readTree(line.substring(start)).path("said").asText();
            }
        }
        throw new AssertionError(tried + " was not tried");
    }

    private static boolean roleIsThereByTls(TestPostgres.Database postgres) throws Exception {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet found =
                        statement.executeQuery(
                                "select 1 from pg_roles where rolname = 'made_through_a_door'")) {
            return found.next();
        }
    }

    private static int replicas(ThreeBrokers brokers) throws Exception {
        String topic = "made-through-a-door";
        try (Admin admin = brokers.admin()) {
            TopicDescription described =
                    Objects.requireNonNull(
                            admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic));
            return described.partitions().getFirst().replicas().size();
        }
    }
}
