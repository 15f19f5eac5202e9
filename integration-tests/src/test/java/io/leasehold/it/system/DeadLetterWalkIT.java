package io.leasehold.it.system;

import static io.leasehold.testsupport.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.cli.Main;
import io.leasehold.cli.service.StateService;
import io.leasehold.embedded.platform.PlatformSystem;
import io.leasehold.events.EventType;
import io.leasehold.events.Header;
import io.leasehold.events.Topics;
import io.leasehold.events.outgoing.CloudEventHeaders;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The walk of the operations page, as a new operator does it, by the real command line on the real
 * system: a broken event is found, read, fixed, replayed and goes through; so are many that failed
 * of one cause.
 */
@ExtendWith(SharedSystem.class)
class DeadLetterWalkIT {
    private static final Duration WORK = Duration.ofMinutes(3);

    @TempDir private Path folder;

    private final PlatformSystem system;

    DeadLetterWalkIT(PlatformSystem system) {
        this.system = system;
    }

    @Test
    void a_broken_event_is_found_read_fixed_replayed_and_goes_through() throws Exception {
        publish("walk-broken", wants("walk-broken", 1).replace("lifecycle", "lifecycel"));
        eventually(
                WORK,
                () ->
                        assertThat(says("list", "--tenant", "walk-broken"))
                                .contains("SCHEMA_VIOLATION"));
        assertThat(says("list", "--group-by", "code", "--tenant", "walk-broken"))
                .containsPattern("SCHEMA_VIOLATION +1 ");
        String id = letterOf("walk-broken");

        assertThat(says("show", id))
                .contains("lifecycel", "Correct the fields", "Sending the original bytes again");
        assertThat(run("replay", id, "--execute", "--reason", "it may go well now"))
                .satisfies(ended -> assertThat(ended.exit()).isEqualTo(5))
                .satisfies(ended -> assertThat(ended.err()).contains("STILL_INVALID"));
        String fixed =
                Files.writeString(folder.resolve("fixed"), wants("walk-broken", 1)).toString();
        assertThat(says("edit", id, "--value", fixed, "--reason", "a slip of the pen"))
                .contains("passes intake's checks");
        assertThat(says("replay", id)).contains("Dry run", "Would send the corrected copy");

        assertThat(says("replay", id, "--execute", "--reason", "a slip of the pen"))
                .contains("Sent the corrected copy");

        eventually(WORK, () -> assertThat(tenant("walk-broken")).contains("READY"));
        assertThat(says("show", id))
                .contains("READY: life 1, wants generation 1, has 1", "a slip of the pen")
                .contains("DONE What it wanted is in place.");
        assertThat(says("list", "--tenant", "walk-broken")).contains("No dead letter is open");
    }

    @Test
    void a_replay_that_is_overtaken_is_superseded_and_never_applied() throws Exception {
        publish("walk-overtaken", wants("walk-overtaken", 1).replace("lifecycle", "lifecycel"));
        eventually(
                WORK,
                () -> assertThat(says("list", "--tenant", "walk-overtaken")).contains("SCHEMA_"));
        String id = letterOf("walk-overtaken");
        String fixed =
                Files.writeString(folder.resolve("fixed"), wants("walk-overtaken", 1)).toString();
        says("edit", id, "--value", fixed, "--reason", "a slip of the pen");
        publish("walk-overtaken", wants("walk-overtaken", 2));
        eventually(WORK, () -> assertThat(tenant("walk-overtaken")).contains("READY"));

        assertThat(says("replay", id, "--execute", "--reason", "a slip of the pen"))
                .contains("closed as superseded", "nothing was sent");

        assertThat(says("list", "--all", "--tenant", "walk-overtaken")).contains("SUPERSEDED");
        assertThat(tenant("walk-overtaken")).contains("READY").doesNotContain("generation 1");
    }

    @Test
    void a_letter_that_was_given_away_is_taken_in_once_goes_through_and_the_other_is_discarded()
            throws Exception {
        publish("walk-moved", wants("walk-moved", 1).replace("lifecycle", "lifecycel"));
        eventually(
                WORK, () -> assertThat(says("list", "--tenant", "walk-moved")).contains("SCHEMA_"));
        String here = letterOf("walk-moved");
        String elsewhere = "01890000-0000-7000-8000-000000000001";
        String given = says("export", "--where", "tenant=walk-moved");
        String file =
                Files.writeString(folder.resolve("given"), given.replace(here, elsewhere))
                        .toString();

        assertThat(says("import", file)).contains("Would take in", elsewhere, "Dry run");
        assertThat(run("export", elsewhere).exit()).as("it is not here").isEqualTo(4);
        assertThat(says("import", file, "--execute", "--reason", "moved from there"))
                .contains(elsewhere + " is here, open");
        assertThat(says("import", file, "--execute", "--reason", "moved from there"))
                .contains("is here already, OPEN");
        assertThat(says("export", elsewhere)).isEqualTo(given.replace(here, elsewhere));
        String fixed =
                Files.writeString(folder.resolve("fixed"), wants("walk-moved", 1)).toString();
        says("edit", elsewhere, "--value", fixed, "--reason", "a slip of the pen");
        assertThat(says("replay", elsewhere, "--execute", "--reason", "a slip of the pen"))
                .contains("Sent the corrected copy");
        eventually(WORK, () -> assertThat(tenant("walk-moved")).contains("READY"));

        assertThat(says("discard", here)).contains("Would close the letter", "Dry run");
        assertThat(says("list", "--tenant", "walk-moved")).contains(here);
        assertThat(run("discard", here, "--execute", "--reason", "short").exit())
                .as("more is to be said of what nothing brings back")
                .isNotZero();
        assertThat(says("discard", here, "--execute", "--reason", "its copy went through"))
                .contains("The letter is discarded");
        assertThat(says("list", "--tenant", "walk-moved")).contains("No dead letter is open");
        assertThat(says("list", "--all", "--tenant", "walk-moved"))
                .contains("DISCARDED", "REPLAYED, imported");
    }

    @Test
    void many_of_one_cause_are_replayed_one_first_and_a_killed_command_loses_and_repeats_nothing()
            throws Exception {
        List<String> tenants =
                List.of("bulk-one", "bulk-two", "bulk-three", "bulk-four", "bulk-five");
        String password = withoutPassword();
        for (String tenant : tenants) {
            publish(tenant, wants(tenant, 1, "bench-database", "{\"connectionLimit\":5}"));
        }
        eventually(
                WORK,
                () ->
                        assertThat(says("list", "--group-by", "fingerprint", "--code", "AUTHN"))
                                .containsPattern("[0-9a-f]{16} +5 "));
        sql("alter role provisioner password '" + password + "'");
        String[] all = {"replay", "--where", "code=AUTHN,kind=RUN"};
        assertThat(says(all)).contains("5 waiting", "one of them first");

        Program first =
                command(
                        "first",
                        "replay",
                        "--where",
                        "code=AUTHN",
                        "--rate",
                        "0.5",
                        "--execute",
                        "--reason",
                        "the password is back");
        eventually(WORK, () -> assertThat(first.printed()).contains("1  "));
        first.interrupt();
        assertThat(first.exitCode(30)).isEqualTo(130);
        assertThat(first.printed()).contains("nothing is sent twice");
        String replay = first.printed().replaceAll("(?s).*resume (\\S+).*", "$1");

        Program second = command("second", "resume", replay, "--rate", "0.5");
        eventually(WORK, () -> assertThat(second.printed()).contains("3  "));
        assertThat(run("resume", replay).exit()).as("while another is at it").isEqualTo(6);
        second.close();

        eventually(WORK, () -> assertThat(run("resume", replay).exit()).isZero());
        for (String tenant : tenants) {
            assertThat(tenant(tenant)).contains("READY");
            assertThat(json("runs", "--tenant", tenant)).as("runs of %s", tenant).hasSize(2);
        }
        assertThat(says("history")).contains(replay, "DONE 5", "the password is back");
        assertThat(json("dead-letters", "history", replay))
                .hasSize(5)
                .allSatisfy(item -> assertThat(item.path("state").asText()).isEqualTo("DONE"));
        assertThat(run(all).exit()).as("nothing is left").isEqualTo(4);
    }

    private Program command(String name, String... words) {
        List<String> line = new ArrayList<>(List.of("dead-letters"));
        line.addAll(List.of(words));
        return Program.start(
                environment(),
                folder.resolve(name + ".out"),
                "cli",
                "io.leasehold.cli.Main",
                line.toArray(String[]::new));
    }

    /** The runs' role cannot log in any more; gives what makes it able to again. */
    private String withoutPassword() throws Exception {
        String before;
        try (Connection connection = tenantsDatabase();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "select rolpassword from pg_authid where rolname = 'provisioner'")) {
            row.next();
            before = row.getString(1);
        }
        sql("alter role provisioner password 'another one'");
        return before;
    }

    private void sql(String sql) throws Exception {
        try (Connection connection = tenantsDatabase();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private Connection tenantsDatabase() throws Exception {
        return DriverManager.getConnection(
                system.tenantsJdbcUrl("postgres"), "postgres", system.tenantsPostgresPassword());
    }

    private static String wants(String tenant, long generation) {
        return wants(tenant, generation, "strict", "{\"note\":\"sound\"}");
    }

    private static String wants(
            String tenant, long generation, String blueprint, String variables) {
        return """
        {"tenantId":"%s","generation":%d,"lifecycle":"active",\
        "blueprint":{"name":"%s","version":"1.0.0"},"variables":%s}\
        """
                .formatted(tenant, generation, blueprint, variables);
    }

    private void publish(String tenant, String data) throws Exception {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        Topics.TENANT_LIFECYCLE, tenant.getBytes(UTF_8), data.getBytes(UTF_8));
        for (Header header :
                CloudEventHeaders.of(tenant, "https://upstream.example/walk", Instant.EPOCH)
                        .render(EventType.TENANT_UPDATED.value(), "tenants/" + tenant, tenant)) {
            record.headers().add(header.name(), header.value());
        }
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", system.kafkaBootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.send(record).get(30, TimeUnit.SECONDS);
        }
    }

    private record Ended(int exit, String out, String err) {}

    private Map<String, String> environment() {
        return Map.of(
                "LEASEHOLD_URL", system.stateServiceUrl().toString(),
                "LEASEHOLD_TOKEN", system.operatorToken());
    }

    private Ended types(String... line) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine(environment());
        command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return new Ended(command.execute(line), out.toString(), err.toString());
    }

    private Ended run(String... words) {
        List<String> line = new ArrayList<>(List.of("dead-letters"));
        line.addAll(List.of(words));
        return types(line.toArray(String[]::new));
    }

    private String says(String... words) {
        Ended ended = run(words);
        assertThat(ended.exit()).as("%s: %s", String.join(" ", words), ended.err()).isZero();
        return ended.out();
    }

    private String tenant(String tenant) {
        return types("tenants", "show", tenant).out();
    }

    private JsonNode json(String... line) throws IOException {
        List<String> words = new ArrayList<>(List.of(line));
        words.addAll(List.of("-o", "json"));
        return StateService.JSON.readTree(types(words.toArray(String[]::new)).out());
    }

    private String letterOf(String tenant) throws IOException {
        return json("dead-letters", "list", "--tenant", tenant).path(0).path("id").asText();
    }
}
