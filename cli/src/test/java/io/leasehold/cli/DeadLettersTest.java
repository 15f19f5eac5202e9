package io.leasehold.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.cli.FakeStateService.Ended;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.ReplayReply;
import io.leasehold.ledger.api.SourcePosition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLettersTest {
    private static final String LETTER = "/v1/dead-letters/d1";

    @AutoClose private final FakeStateService service = new FakeStateService();

    @TempDir private Path folder;

    private static DeadLetterView letter(String remedy) {
        return new DeadLetterView(
                "d1",
                "EVENT",
                "OPEN",
                "acme",
                null,
                new SourcePosition("leasehold.tenant.lifecycle.v1", 3, 41),
                "EVENT_NOT_JSON",
                "not JSON at line 1",
                remedy,
                null,
                "e1",
                null,
                "2026-01-02T03:04:05Z",
                0,
                "{\u001b[2J",
                List.of(
                        new RawHeader("ce_id", "e1".getBytes(UTF_8)),
                        new RawHeader("ce_type", "old".getBytes(UTF_8)),
                        new RawHeader("empty", null)),
                "acme",
                null);
    }

    @Test
    void open_ones_are_listed_and_all_when_asked_for() throws IOException {
        Page<DeadLetterView> page = new Page<>(List.of(letter("do this")), null);
        service.on("GET /v1/dead-letters?limit=200&status=OPEN", page);
        service.on("GET /v1/dead-letters?limit=200&tenant=acme", page);

        assertThat(service.run("dead-letters", "list").out()).contains("EVENT_NOT_JSON");
        assertThat(service.run("dead-letters").out()).contains("EVENT_NOT_JSON");
        assertThat(service.run("dead-letters", "list", "--all", "--tenant", "acme").out())
                .contains("EVENT_NOT_JSON");
    }

    @Test
    void one_is_shown_with_its_bytes_which_cannot_talk_to_the_terminal() throws IOException {
        service.on("GET " + LETTER, letter("do this"));

        Ended ended = service.run("dead-letters", "show", "d1");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out())
                .contains(
                        "do this",
                        "leasehold.tenant.lifecycle.v1, partition 3, offset 41",
                        "  ce_id: e1",
                        "value:\n{\uFFFD[2J")
                .doesNotContain("\u001b");
    }

    @Test
    void an_edit_keeps_the_other_headers_and_says_what_is_still_wrong() throws IOException {
        service.on("GET " + LETTER, letter("do this"));
        service.on("PUT " + LETTER + "/edit", letter("It would still be refused: no tenantId"));
        Path value = Files.writeString(folder.resolve("value"), "{\"a\":1}");

        Ended ended =
                service.run(
                        "dead-letters",
                        "edit",
                        "d1",
                        "--value",
                        value.toString(),
                        "--header",
                        "ce_type=new=er",
                        "--key",
                        "other",
                        "--reason",
                        "a slip");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).contains("still be refused: no tenantId", "dead-letters replay d1");
        JsonNode sent = StateService.JSON.readTree(service.lastBody());
        assertThat(sent.path("value").asText()).isEqualTo("{\"a\":1}");
        assertThat(sent.path("key").asText()).isEqualTo("other");
        assertThat(sent.path("headers")).hasSize(3);
        JsonNode type = sent.path("headers").get(2);
        assertThat(type.path("name").asText()).isEqualTo("ce_type");
        assertThat(new String(type.path("value").binaryValue(), UTF_8)).isEqualTo("new=er");
    }

    @Test
    void an_edit_without_headers_leaves_them_to_the_original() throws IOException {
        service.on("PUT " + LETTER + "/edit", letter("passes"));
        Path value = Files.writeString(folder.resolve("value"), "{}");

        service.run("dead-letters", "edit", "d1", "--value", value.toString(), "--reason", "slip");

        assertThat(service.requests()).containsExactly("PUT " + LETTER + "/edit");
        assertThat(StateService.JSON.readTree(service.lastBody()).path("headers").isNull())
                .isTrue();
    }

    @Test
    void a_file_that_is_not_there_ends_with_2_before_anything_is_asked() {
        Ended ended =
                service.run(
                        "dead-letters", "edit", "d1", "--value", "/missing/x", "--reason", "slip");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(ended.err()).contains("/missing/x");
        assertThat(service.requests()).isEmpty();
    }

    @Test
    void a_replay_is_a_dry_run_unless_it_is_said() throws IOException {
        service.on("POST " + LETTER + "/replay", new ReplayReply(false, null, "It would be sent."));

        Ended ended = service.run("dead-letters", "replay", "d1");

        assertThat(ended.out()).isEqualTo("Dry run, nothing was done. It would be sent.\n");
        assertThat(service.lastBody()).contains("\"execute\":false");
    }

    @Test
    void a_replay_that_is_carried_out_hands_over_the_reason() throws IOException {
        service.on("POST " + LETTER + "/replay", new ReplayReply(true, "p1", "It was sent."));

        Ended ended =
                service.run("dead-letters", "replay", "d1", "--execute", "--reason", "corrected");

        assertThat(ended.out()).isEqualTo("Done. It was sent.\n");
        assertThat(service.lastBody()).contains("\"execute\":true", "corrected");
    }
}
