package io.leasehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.cli.FakeStateService.Ended;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.KeyDeletionReply;
import io.leasehold.ledger.api.KeyLoss;
import io.leasehold.ledger.api.KeyReceiptView;
import io.leasehold.ledger.api.KeysView;
import io.leasehold.ledger.api.Page;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class KeysTest {
    private static final String AT = "2026-01-02T03:04:05.000Z";
    private static final KeyLoss LOSS = new KeyLoss(5, 3, 70, 1);

    @AutoClose private final FakeStateService service = new FakeStateService();

    private static KeysView keys(@Nullable String doneAt, long oldSeals) {
        return new KeysView(
                List.of(
                        new KeysView.MasterKey("raw-1", false, false, 12, AT),
                        new KeysView.MasterKey("tink-2", true, true, 88, AT)),
                1,
                oldSeals,
                new KeysView.Rotation("tink-2", "night", "yearly", AT, doneAt));
    }

    @Test
    void what_wraps_is_shown_with_what_is_missing_and_how_far_a_rotation_is() throws IOException {
        service.on("GET /v1/keys", keys(null, 7));

        String out = service.run("keys").out();

        assertThat(out).contains("raw-1", "NO", "12", "tink-2", "88", "7 things", "yearly");
        assertThat(out).contains("do not remove a master key yet");
        assertThat(service.run("keys", "show").out()).isEqualTo(out);
        service.on("GET /v1/keys", keys(AT, 0));
        assertThat(service.run("keys", "show").out())
                .contains("done at " + AT)
                .doesNotContain("things");
    }

    @Test
    void a_rotation_is_asked_for_with_its_reason() throws IOException {
        service.on("POST /v1/keys/rotate", keys(null, 0));

        Ended ended = service.run("keys", "rotate", "--reason", "yearly");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).contains("at work");
        assertThat(StateService.JSON.readTree(service.lastBody()).path("reason").asText())
                .isEqualTo("yearly");
        assertThat(service.run("keys", "rotate").exitCode()).isEqualTo(2);
    }

    @Test
    void receipts_are_listed() throws IOException {
        KeyReceiptView receipt =
                new KeyReceiptView(
                        4, "k1", "acme", 2, AT, "night", "the contract is over", "raw-1", LOSS);
        service.on("GET /v1/keys/receipts?limit=200", new Page<>(List.of(receipt), null));

        assertThat(service.run("keys", "receipts").out())
                .contains("acme/2", "k1", "night", "70", "the contract is over");
        JsonNode json =
                StateService.JSON.readTree(service.run("keys", "receipts", "-o", "json").out());
        assertThat(json.path(0).path("loss").path("stateVersions").asLong()).isEqualTo(5);
    }

    @Test
    void deleting_is_a_dry_run_until_it_is_said_and_reasoned() throws IOException {
        service.on(
                "POST /v1/keys/acme/2/deletion",
                new KeyDeletionReply(false, "k1", LOSS, "Makes unreadable 5 state versions."));

        Ended dry = service.run("keys", "delete", "acme", "--incarnation", "2");

        assertThat(dry.out()).contains("Dry run, nothing was done. Makes unreadable 5");
        assertThat(StateService.JSON.readTree(service.lastBody()).path("execute").asBoolean())
                .isFalse();
        assertThat(
                        service.run("keys", "delete", "acme", "--incarnation", "2", "--execute")
                                .exitCode())
                .isEqualTo(2);
        assertThat(service.run("keys", "delete", "acme").exitCode()).isEqualTo(2);
        service.on(
                "POST /v1/keys/acme/2/deletion", new KeyDeletionReply(true, "k1", LOSS, "Gone."));
        Ended done =
                service.run(
                        "keys",
                        "delete",
                        "acme",
                        "--incarnation",
                        "2",
                        "--execute",
                        "--reason",
                        "the contract is over");
        assertThat(done.out()).contains("Done. Gone.");
        assertThat(StateService.JSON.readTree(service.lastBody()).path("reason").asText())
                .isEqualTo("the contract is over");
    }
}
