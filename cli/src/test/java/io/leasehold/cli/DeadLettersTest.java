package io.leasehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.cli.FakeStateService.Ended;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.LetterCopy;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.ledger.api.RepairReply;
import io.leasehold.ledger.api.ReplayReply;
import io.leasehold.ledger.api.SourcePosition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLettersTest {
    private static final String LETTER = "/v1/dead-letters/d1";

    @AutoClose private final FakeStateService service = new FakeStateService();

    @TempDir private Path folder;

    @Test
    void open_ones_are_listed_and_all_when_asked_for() throws IOException {
        Page<DeadLetterView> page = new Page<>(List.of(LetterViews.letter("do this")), null);
        service.on("GET /v1/dead-letters?limit=200&status=OPEN", page);
        service.on("GET /v1/dead-letters?limit=200&tenant=acme", page);

        assertThat(service.run("dead-letters", "list").out()).contains("EVENT_NOT_JSON");
        assertThat(service.run("dead-letters").out()).contains("EVENT_NOT_JSON");
        assertThat(service.run("dead-letters", "list", "--all", "--tenant", "acme").out())
                .contains("EVENT_NOT_JSON");
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
                "edit d1 --reason slip",
                "edit d1 --reason slip --value a --patch b",
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
        Page<DeadLetterView> page = new Page<>(List.of(LetterViews.letter("do this")), null);
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
                new Page<>(List.of(LetterViews.letter("")), null));
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
