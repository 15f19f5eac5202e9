package io.leasehold.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.cli.FakeStateService.Ended;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.ReplayItemState;
import io.leasehold.ledger.api.ReplayItemView;
import io.leasehold.ledger.api.ReplayReply;
import io.leasehold.ledger.api.TenantView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One letter: shown, and corrected. */
class DeadLetterShowTest {
    private static final String LETTER = "/v1/dead-letters/d1";

    @AutoClose private final FakeStateService service = new FakeStateService();

    @TempDir private Path folder;

    private static ReplayItemView item() {
        return new ReplayItemView(
                "r1",
                1,
                "d1",
                "acme",
                ReplayItemState.FAILED,
                "CONFIG",
                "so it is",
                null,
                null,
                "ann",
                "why",
                "2026-01-02T03:04:05Z");
    }

    @Test
    void one_is_shown_with_its_bytes_which_cannot_talk_to_the_terminal() throws IOException {
        service.on("GET " + LETTER + "?raw=true", LetterViews.letter("do this"));
        service.on("POST " + LETTER + "/replay", new ReplayReply(false, null, "Would send it."));
        service.on("GET " + LETTER + "/replays?limit=100", new Page<>(List.of(item()), null));
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

        Ended ended = service.run("dead-letters", "show", "d1", "--raw");

        assertThat(ended.exitCode()).isZero();
        assertThat(service.requests()).contains("GET " + LETTER + "?raw=true");
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
                .doesNotContain("\u001b", "--raw");
    }

    private void answers(String request, DeadLetterView letter) throws IOException {
        service.on("GET " + request, letter);
        service.on("POST " + LETTER + "/replay", new ReplayReply(false, null, "Would send it."));
        service.on("GET " + LETTER + "/replays?limit=100", new Page<>(List.of(), null));
        service.refuses("GET /v1/tenants/acme", 404, "TENANT_UNKNOWN", "It is not known.");
    }

    @ParameterizedTest
    @CsvSource({
        "true, {}, , table, redacted; --raw shows",
        "true, {}, , json, redacted; --raw shows",
        "true, {}, , jsonl, redacted; --raw shows",
        "true, , {}, table, redacted; --raw shows",
        ", {}, , table, does not redact: these are the exact bytes",
        ", , {}, json, does not redact: these are the exact bytes",
        "false, {}, {}, json, ''",
    })
    void whether_it_is_redacted_is_said_beside_it_as_the_service_says(
            @Nullable Boolean redacted,
            @Nullable String value,
            @Nullable String edited,
            String format,
            String said)
            throws IOException {
        answers(LETTER, LetterViews.letter("do this", value, edited, redacted));

        Ended ended = service.run("dead-letters", "show", "d1", "-o", format);

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).doesNotContain("redacted;");
        if (said.isEmpty()) {
            assertThat(ended.err()).isEmpty();
        } else {
            assertThat(ended.err()).contains(said);
        }
    }

    @Test
    void the_exact_bytes_that_were_asked_for_are_no_surprise() throws IOException {
        answers(LETTER + "?raw=true", LetterViews.letter("do this", "{}", null, null));

        assertThat(service.run("dead-letters", "show", "d1", "--raw").err()).isEmpty();
    }

    @Test
    void an_edit_keeps_the_other_headers_and_says_what_is_still_wrong() throws IOException {
        service.on("GET " + LETTER + "?raw=true", LetterViews.letter("do this"));
        service.on(
                "PUT " + LETTER + "/edit",
                LetterViews.letter("It would still be refused: no tenantId"));
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
        service.on("PUT " + LETTER + "/edit", LetterViews.letter("passes"));
        Path value = Files.writeString(folder.resolve("value"), "{}");

        service.run("dead-letters", "edit", "d1", "--value", value.toString(), "--reason", "slip");

        assertThat(service.requests()).containsExactly("PUT " + LETTER + "/edit");
        assertThat(StateService.JSON.readTree(service.lastBody()).path("headers").isNull())
                .isTrue();
    }

    @Test
    void a_patch_is_handed_over_as_it_is() throws IOException {
        service.on("PUT " + LETTER + "/edit", LetterViews.letter("passes"));
        Path patch = Files.writeString(folder.resolve("patch"), "{\"a\":null}");

        service.run("dead-letters", "edit", "d1", "--patch", patch.toString(), "--reason", "slip");

        JsonNode sent = StateService.JSON.readTree(service.lastBody());
        assertThat(sent.path("patch").asText()).isEqualTo("{\"a\":null}");
        assertThat(sent.path("value").isNull()).isTrue();
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
}
