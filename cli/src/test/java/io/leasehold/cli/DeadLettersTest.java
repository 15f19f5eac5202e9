package io.leasehold.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.cli.FakeStateService.Ended;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.LetterCopy;
import io.leasehold.ledger.api.LetterGroup;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.ledger.api.RepairReply;
import io.leasehold.ledger.api.ReplayItemState;
import io.leasehold.ledger.api.ReplayItemView;
import io.leasehold.ledger.api.ReplayReply;
import io.leasehold.ledger.api.SourcePosition;
import io.leasehold.ledger.api.TenantView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
                null,
                "intake",
                "0123456789abcdef",
                null,
                false);
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
        service.on("POST " + LETTER + "/replay", new ReplayReply(false, null, "Would send it."));
        service.on(
                "GET " + LETTER + "/replays?limit=100",
                new Page<>(List.of(item(1, ReplayItemState.FAILED, "CONFIG")), null));
        service.on(
                "GET /v1/tenants/acme",
                new TenantView(
                        "acme",
                        1,
                        4,
                        3,
                        "active",
                        "starter",
                        "1.0.0",
                        "FAILED",
                        List.of("database: it failed"),
                        "2026-01-02T03:04:05Z",
                        List.of(),
                        null));

        Ended ended = service.run("dead-letters", "show", "d1");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out())
                .contains(
                        "do this",
                        "leasehold.tenant.lifecycle.v1, partition 3, offset 41",
                        "  ce_id: e1",
                        "value:\n{\uFFFD[2J",
                        "0123456789abcdef",
                        "FAILED: life 1, wants generation 4, has 3",
                        "  database: it failed",
                        "a replay:\n  Would send it.",
                        "by ann, \"why\": FAILED")
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

    private static ReplayItemView item(int position, ReplayItemState state, @Nullable String code) {
        return new ReplayItemView(
                "r1",
                position,
                "d" + position,
                "acme",
                state,
                code,
                "so it is",
                null,
                null,
                "ann",
                "why",
                "2026-01-02T03:04:05Z");
    }

    @Test
    void they_are_counted_by_their_cause_the_most_first() throws IOException {
        service.on(
                "GET /v1/dead-letter-groups?by=fingerprint&code=CONFIG&limit=200&status=OPEN",
                new Page<>(
                        List.of(
                                new LetterGroup(null, 1, "o", "n", "d1", "CONFIG", "old"),
                                new LetterGroup("0f", 7, "o", "n", "d2", "CONFIG", "new")),
                        null));

        Ended ended =
                service.run(
                        "dead-letters", "list", "--group-by", "fingerprint", "--code", "CONFIG");

        assertThat(ended.out().lines().toList())
                .satisfiesExactly(
                        head -> assertThat(head).startsWith("FINGERPRINT"),
                        most -> assertThat(most).startsWith("0f").contains(" 7 "),
                        least -> assertThat(least).startsWith("(none)").contains(" 1 "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "replay",
                "replay d1 --where code=A",
                "replay --where colour=A",
                "replay --where since=yesterday",
                "replay d1 --execute",
                "replay d1 d2 --rate 0",
                "replay d1 d2 --limit 1001",
                "replay d1 d2 --max-tenants 0",
                "discard",
                "resume r1 --rate 1000",
                "list --group-by colour",
                "list --since yesterday"
            })
    void what_is_not_clear_ends_with_2_before_anything_is_asked(String line) {
        List<String> command = new ArrayList<>(List.of("dead-letters"));
        command.addAll(List.of(line.split(" ")));

        Ended ended = service.run(command.toArray(String[]::new));

        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(ExitCode.USAGE.number());
        assertThat(service.requests()).isEmpty();
    }

    @Test
    void letters_that_are_chosen_are_discarded_one_by_one() throws IOException {
        Page<DeadLetterView> page = new Page<>(List.of(letter("do this")), null);
        service.on("GET /v1/dead-letters?limit=100&status=OPEN&tenant=acme", page);
        service.on("POST " + LETTER + "/discard", new RepairReply(true, "The stack stays failed."));

        Ended ended =
                service.run(
                        "dead-letters",
                        "discard",
                        "--where",
                        "tenant=acme",
                        "--execute",
                        "--reason",
                        "the customer has left");

        assertThat(ended.out()).isEqualTo("d1: The stack stays failed.\n");
        assertThat(service.lastBody()).contains("\"execute\":true", "the customer has left");
    }

    @Test
    void what_is_exported_is_imported_byte_for_byte_and_faults_are_named_by_line()
            throws IOException {
        byte[] value = {0, -1, 10, '"'};
        LetterCopy copy =
                new LetterCopy(
                        1,
                        "d1",
                        "EVENT",
                        "OPEN",
                        "CODE",
                        "why",
                        "acme",
                        null,
                        null,
                        null,
                        null,
                        new SourcePosition("t", 1, 2),
                        null,
                        null,
                        null,
                        null,
                        0,
                        "2026-01-02T03:04:05Z",
                        new RawRecord(new SourcePosition("t", 1, 2), 7, null, value, List.of()),
                        null);
        service.on(
                "GET /v1/dead-letters?limit=200&status=OPEN",
                new Page<>(List.of(letter("")), null));
        service.on("GET " + LETTER + "/export", copy);
        String exported = service.run("dead-letters", "export").out();
        assertThat(exported.lines()).hasSize(1);
        Path file = Files.writeString(folder.resolve("letters"), exported + "\nnonsense\n");
        service.on("POST /v1/dead-letters", new RepairReply(false, "Would take it in."));

        Ended ended = service.run("dead-letters", "import", file.toString());

        assertThat(ended.exitCode()).isEqualTo(3);
        assertThat(ended.out()).contains("Would take it in.", "Dry run");
        assertThat(ended.err()).contains("line 2: This is not a line that export gives.");
        JsonNode sent = StateService.JSON.readTree(service.lastBody()).path("letter");
        assertThat(sent.path("original").path("value").binaryValue()).isEqualTo(value);
    }
}
