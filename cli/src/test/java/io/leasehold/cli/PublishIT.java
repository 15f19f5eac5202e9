package io.leasehold.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.cli.FakeStateService.Ended;
import io.leasehold.cli.service.StateService;
import io.leasehold.events.Topics;
import io.leasehold.ledger.api.EventCheck;
import io.leasehold.ledger.api.Paths;
import io.leasehold.testsupport.TestKafka;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishIT {
    private static final String SOUND =
            """
            {"tenantId":"acme","generation":1,"lifecycle":"active",
             "blueprint":{"name":"starter","version":"1.0.0"},"variables":{}}
            """;

    private static final Map<String, String> KAFKA =
            Map.of("LEASEHOLD_KAFKA", TestKafka.bootstrapServers());

    @TempDir private Path folder;

    @BeforeAll
    static void makeTheTopic() throws Exception {
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", TestKafka.bootstrapServers()))) {
            NewTopic topic = new NewTopic(Topics.TENANT_LIFECYCLE, 1, (short) 1);
            admin.createTopics(List.of(topic)).all().get();
        }
    }

    private String file(String data) throws IOException {
        return Files.writeString(folder.resolve("event.json"), data).toString();
    }

    @Test
    void a_check_needs_no_system_at_all() throws IOException {
        Ended ended = FakeStateService.execute(Map.of(), "publish", file(SOUND), "--check");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).startsWith("Sound").contains("acme", "Not sent");
    }

    @Test
    void a_check_in_json_is_json_whether_it_passes_or_not() throws IOException {
        Ended sound =
                FakeStateService.execute(Map.of(), "publish", file(SOUND), "--check", "-o", "json");
        Ended unsound =
                FakeStateService.execute(
                        Map.of(),
                        "publish",
                        file(SOUND.replace("acme", "../x")),
                        "--check",
                        "-o",
                        "json");

        assertThat(StateService.JSON.readTree(sound.out()).path("sound").asBoolean()).isTrue();
        JsonNode refusal = StateService.JSON.readTree(unsound.out());
        assertThat(unsound.exitCode()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(refusal.path("sound").asBoolean()).isFalse();
        assertThat(refusal.path("code").asText()).isNotEmpty();
        assertThat(refusal.path("remedy").asText()).isNotEmpty();
    }

    @Test
    void what_intake_would_refuse_is_not_sent_and_comes_with_what_to_do() throws IOException {
        Ended ended = FakeStateService.execute(Map.of(), "publish", file("{\"a\":"), "--check");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(ended.err()).contains("What to do: ", "Not sent.");
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void a_check_asks_the_blueprint_where_a_system_is_named() throws IOException {
        try (FakeStateService service = new FakeStateService()) {
            service.on(
                    "POST " + Paths.EVENT_CHECK,
                    new EventCheck("VAR_MISSING", "size is missing", "Add it."));
            Ended refused = service.run("publish", file(SOUND), "--check");
            service.on("POST " + Paths.EVENT_CHECK, EventCheck.SOUND);
            Ended sound = service.run("publish", file(SOUND), "--check");

            assertThat(refused.exitCode()).isEqualTo(ExitCode.REFUSED.number());
            assertThat(refused.err()).contains("VAR_MISSING: size is missing", "Add it.");
            assertThat(service.lastBody()).contains("\"tenantId\":\"acme\"");
            assertThat(sound.exitCode()).as(sound.err()).isZero();
        }
    }

    @Test
    void a_check_says_so_when_the_blueprint_could_not_be_asked() throws IOException {
        Map<String, String> nowhere =
                Map.of("LEASEHOLD_URL", "http://127.0.0.1:1", "LEASEHOLD_TOKEN", "any");
        try (FakeStateService service = new FakeStateService()) {
            service.refuses("POST " + Paths.EVENT_CHECK, 403, "OUT_OF_LIMITS", "not yours");
            List<Ended> all =
                    List.of(
                            FakeStateService.execute(nowhere, "publish", file(SOUND), "--check"),
                            service.run("publish", file(SOUND), "--check"));

            assertThat(all)
                    .allSatisfy(ended -> {
                        assertThat(ended.exitCode()).isZero();
                        assertThat(ended.out()).startsWith("Sound");
                        assertThat(ended.err()).contains("The blueprint was not asked.");
                    });
            assertThat(all.getFirst().err()).contains("127.0.0.1:1");
            assertThat(all.getLast().err()).contains("OUT_OF_LIMITS");
        }
    }

    @Test
    void what_the_blueprint_refuses_is_not_sent_and_what_waits_for_one_is() throws IOException {
        try (FakeStateService service = new FakeStateService()) {
            service.on(
                    "POST " + Paths.EVENT_CHECK,
                    new EventCheck("VAR_MISSING", "size is missing", "Add it."));
            Ended refused = service.runIn(KAFKA, "publish", file(SOUND));
            service.on(
                    "POST " + Paths.EVENT_CHECK,
                    new EventCheck("BLUEPRINT_UNKNOWN", "it would wait", "Register it."));
            Ended waits = service.runIn(KAFKA, "publish", file(SOUND));
            Ended unasked = FakeStateService.execute(KAFKA, "publish", file(SOUND));

            assertThat(refused.exitCode()).isEqualTo(ExitCode.REFUSED.number());
            assertThat(refused.err()).contains("VAR_MISSING: size is missing", "Not sent.");
            assertThat(waits.exitCode()).as(waits.err()).isZero();
            assertThat(waits.out()).startsWith("Sent: ");
            assertThat(waits.err()).contains("it would wait");
            assertThat(unasked.exitCode()).as(unasked.err()).isZero();
            assertThat(unasked.err()).contains("The blueprint was not asked");
        }
    }

    @Test
    void standard_input_is_read_for_a_dash() {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(SOUND.getBytes(UTF_8)));
        try {
            Ended ended =
                    FakeStateService.execute(
                            Map.of(), "publish", "-", "--check", "--type", "created");
            assertThat(ended.exitCode()).as(ended.err()).isZero();
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void an_event_is_sent_to_the_broker_which_says_where_it_is() throws IOException {
        Ended ended = FakeStateService.execute(KAFKA, "publish", file(SOUND), "-o", "json");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        JsonNode sent = StateService.JSON.readTree(ended.out());
        assertThat(sent.path("topic").asText()).isEqualTo(Topics.TENANT_LIFECYCLE);
        assertThat(sent.path("offset").asLong()).isNotNegative();
        assertThat(sent.path("eventId").asText()).isNotEmpty();
    }

    @Test
    void without_a_broker_it_ends_with_2_and_with_a_name_that_is_none_with_7() throws IOException {
        Ended unset = FakeStateService.execute(Map.of(), "publish", file(SOUND));
        Ended nowhere =
                FakeStateService.execute(
                        Map.of("LEASEHOLD_KAFKA", "broker.invalid:9092"), "publish", file(SOUND));

        assertThat(unset.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(nowhere.exitCode()).isEqualTo(ExitCode.UNREACHABLE.number());
        assertThat(nowhere.err()).contains("broker.invalid:9092", "safe");
    }
}
