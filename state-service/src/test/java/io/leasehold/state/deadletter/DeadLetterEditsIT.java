package io.leasehold.state.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.events.Topics;
import io.leasehold.ledger.api.DeadLetterEdit;
import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.ReplayRequest;
import io.leasehold.state.Ledger;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.TestBlueprints;
import io.leasehold.state.TestTokens;
import io.leasehold.state.outbox.WaitingRows;
import io.leasehold.state.problem.Refusal;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is seen of an event that was refused, and how it is corrected. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class DeadLetterEditsIT {
    @Inject Ledger ledger;
    @Inject Letters letters;
    @Inject DeadLetterDesk desk;
    @Inject LetterReplay replay;
    @Inject WaitingRows waiting;

    @Test
    void whatItHoldsIsRedactedUnlessTheBytesAreAskedFor() {
        String tenant = tenant();
        List<RawHeader> headers = new ArrayList<>(envelope());
        headers.add(header("x-api-key", "hunter2"));
        String id = refuse(tenant, withVariable(tenant, "hunter2"), headers, true);
        DeadLetterView corrected = edit(id, new String(withVariable(tenant, "hunter22"), UTF_8));

        DeadLetterView seen = Ledger.await(() -> desk.show("ann", id, false));

        assertThat(seen.value()).contains(tenant, "\"dbPwd\" : \"(7 characters)\"");
        assertThat(seen.edited()).contains(tenant, "\"dbPwd\" : \"(8 characters)\"");
        assertThat(seen.headers())
                .hasSameSizeAs(headers)
                .noneMatch(each -> text(each).contains("hunter2"))
                .anyMatch(each -> text(each).equals("e-1"));
        assertThat(seen.redacted()).isTrue();
        assertThat(corrected.value()).doesNotContain("hunter2");
        assertThat(corrected.redacted()).isTrue();
        DeadLetterView raw = Ledger.await(() -> desk.show("ann", id, true));
        assertThat(raw.edited()).contains("hunter22");
        assertThat(raw.redacted()).isFalse();
        assertThat(
                        ledger.column(
                                "select action from audit where subject = ? and action like '%-dead-letter'"
                                        + " order by id",
                                id))
                .containsExactly("edit-dead-letter", "show-dead-letter", "read-dead-letter");
    }

    private static byte[] withVariable(String tenant, String value) {
        return event(tenant).replace("{}", "{\"dbPwd\":\"" + value + "\"}").getBytes(UTF_8);
    }

    private static String text(RawHeader header) {
        byte[] value = header.value();
        return value == null ? "" : new String(value, UTF_8);
    }

    @Test
    void whatEndedTheReaderIsNotReadToShowIt() {
        String id = refuse(tenant(), "{}".getBytes(UTF_8), envelope(), true);
        ledger.update("update dead_letter set code = 'POISON' where id = ?", id);

        assertThat(Ledger.await(() -> desk.show("ann", id, false)).value()).startsWith("(2 bytes");
    }

    @Test
    void whatTheRedactionSaysIsNotTakenForWhatWasSent() {
        String tenant = tenant();
        List<RawHeader> headers = new ArrayList<>(envelope());
        headers.add(header("own", "hunter2"));
        String id = refuse(tenant, withVariable(tenant, "hunter2"), headers, true);
        DeadLetterView seen = Ledger.await(() -> desk.show("ann", id, false));
        String shown = String.valueOf(seen.value());

        editIsRefused(
                id,
                new DeadLetterEdit(shown, null, seen.headers(), null, "a typo"),
                "EDIT_REDACTED",
                "/variables/dbPwd, header own.");
        editIsRefused(
                id,
                new DeadLetterEdit(null, "{\"a\":\"(7 characters)\"}", null, null, "a typo"),
                "EDIT_REDACTED",
                "sent: /a.");
        edit(id, new String(withVariable(tenant, "hunter22"), UTF_8));
        editIsRefused(
                id,
                new DeadLetterEdit(
                        shown.replace("(7", "(8"), null, null, null, "of the copy shown"),
                "EDIT_REDACTED",
                "/variables/dbPwd.");
        assertThat(patch(id, "{\"variables\":{\"dbPwd\":\"hunter3\"}}").remedy())
                .contains("replay the letter");
    }

    @Test
    void aKeyThatIsNoTenantsIsToldByItsLengthAndNotTakenFromThat() {
        String key = "hunter2 " + tenant();
        String id = refuse(key, "{}".getBytes(UTF_8), envelope(), true);

        String seen = String.valueOf(Ledger.await(() -> desk.show("ann", id, false)).key());

        assertThat(seen).isEqualTo("(" + key.length() + " bytes)");
        editIsRefused(
                id,
                new DeadLetterEdit("{}", null, null, seen, "a typo"),
                "EDIT_REDACTED",
                "the key");
    }

    @Test
    void aCorrectedCopyThatItsBlueprintRefusesIsSaidToBeRefused() {
        String tenant = tenant();
        String blueprint = "b-" + UUID.randomUUID();
        ServiceClient.as(TestTokens.OPERATOR)
                .send(
                        "POST",
                        Paths.BLUEPRINTS,
                        TestBlueprints.registration(TestBlueprints.SINGLE, blueprint, "1.0.0"));
        String id = refuse(tenant, "{".getBytes(UTF_8), envelope(), true);
        String of = event(tenant).replace("starter", blueprint);

        assertThat(edit(id, of.replace("{}", "{\"shade\":\"red\"}")).remedy())
                .startsWith("The corrected copy would still be refused: VAR_")
                .contains("shade");
        assertThat(edit(id, of.replace(blueprint, "b-none")).remedy())
                .contains("b-none@1.0.0 is not registered", "replay the letter");
        assertThat(edit(id, of.replace("{}", "{\"size\":3}")).remedy())
                .isEqualTo("The corrected copy passes intake's checks: replay the letter.");
    }

    @Test
    void aPatchIsLaidOverTheOriginalAndTheCopyIsCheckedWhole() {
        String tenant = tenant();
        String wrong =
                event(tenant).replace("\"active\"", "\"actve\"").replace("{}", "{\"a\":1.0}");
        String id = refuse(tenant, wrong.getBytes(UTF_8), envelope(), true);

        assertThat(patch(id, "{\"generation\":7}").remedy()).contains("still be refused");
        assertThat(patch(id, "{\"lifecycle\":\"active\"}").remedy()).contains("replay the letter");

        ReplayRequest execute = new ReplayRequest(true, "corrected the type", false);
        assertThat(Ledger.await(() -> replay.replay("ann", id, execute)).executed()).isTrue();
        assertThat(waiting.values(Topics.TENANT_LIFECYCLE, tenant))
                .as("of the original, not of the copy before")
                .containsExactly(event(tenant).replace("{}", "{\"a\":1.0}"));
        assertThat(waiting.headers(Topics.TENANT_LIFECYCLE, tenant)).contains("ce_id=e-1");
    }

    @Test
    void whatCannotBePatchedIsRefused() {
        String tenant = tenant();
        String noJson = refuse(tenant, "{".getBytes(UTF_8), envelope(), true);
        String notKept = refuse(tenant, "{}".getBytes(UTF_8), envelope(), false);
        String json = refuse(tenant, "{}".getBytes(UTF_8), envelope(), true);

        patchIsRefused(noJson, null, "{}", "PATCH_IMPOSSIBLE");
        patchIsRefused(notKept, null, "{}", "PATCH_IMPOSSIBLE");
        patchIsRefused(json, null, "[]", "PATCH_INVALID");
        patchIsRefused(json, "{}", "{}", "EDIT_INVALID");
        patchIsRefused(json, null, null, "EDIT_INVALID");
        ledger.update("update dead_letter set code = 'POISON' where id = ?", json);
        patchIsRefused(json, null, "{}", "PATCH_IMPOSSIBLE");
    }

    private void patchIsRefused(
            String id, @Nullable String value, @Nullable String patch, String code) {
        editIsRefused(id, new DeadLetterEdit(value, patch, null, null, "a typo"), code, "");
    }

    private void editIsRefused(String id, DeadLetterEdit edit, String code, String words) {
        assertThatThrownBy(() -> Ledger.await(() -> desk.edit("ann", id, edit)))
                .hasMessageContaining(words)
                .isInstanceOfSatisfying(Refusal.class, r -> assertThat(r.code()).isEqualTo(code));
    }

    private DeadLetterView patch(String id, String patch) {
        return Ledger.await(
                () -> desk.edit("ann", id, new DeadLetterEdit(null, patch, null, null, "a typo")));
    }

    private DeadLetterView edit(String id, String value) {
        return Ledger.await(
                () -> desk.edit("ann", id, new DeadLetterEdit(value, null, null, null, "a typo")));
    }

    private String refuse(String tenant, byte[] value, List<RawHeader> headers, boolean keep) {
        return letters.ofEvent(tenant, value, headers, "is not JSON", keep);
    }

    private static RawHeader header(String name, String value) {
        return new RawHeader(name, value.getBytes(UTF_8));
    }

    private static String tenant() {
        return Letters.tenant();
    }

    private static List<RawHeader> envelope() {
        return Letters.envelope("created");
    }

    private static String event(String tenant) {
        return Letters.event(tenant);
    }
}
