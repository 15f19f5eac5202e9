package io.leasehold.state.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.events.Topics;
import io.leasehold.ledger.api.DeadLetterView;
import io.leasehold.ledger.api.LetterCopy;
import io.leasehold.ledger.api.LetterGroup;
import io.leasehold.ledger.api.LetterImport;
import io.leasehold.ledger.api.LetterWhere;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.ledger.api.RepairReply;
import io.leasehold.ledger.api.SourcePosition;
import io.leasehold.state.Ids;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.state.outbox.WaitingRows;
import io.leasehold.state.problem.Refusal;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class LetterListsIT {
    /** Bytes that are no text in any encoding of ours. */
    private static final byte[] BYTES = {'{', 0, (byte) 0xff, (byte) 0xfe, '\n'};

    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject Letters letters;
    @Inject LetterLists lists;
    @Inject LetterCopies copies;
    @Inject DeadLetterDesk desk;
    @Inject WaitingRows waiting;
    @Inject Ids ids;

    @BeforeEach
    void nothingDue() {
        worker.beginsWithNothingDue();
    }

    @Test
    void listsComeInPagesNewestFirst() {
        String tenant = Letters.tenant();
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.addFirst(refused(tenant, "is not JSON"));
        }
        List<String> seen = new ArrayList<>();
        String after = null;
        do {
            var page = page("OPEN", of(tenant), after);
            page.items().forEach(letter -> seen.add(letter.id()));
            after = page.next();
        } while (after != null);

        assertThat(seen).hasSize(5).containsExactlyInAnyOrderElementsOf(made);
    }

    @Test
    void lettersAreNarrowedByWhatTheyAre() {
        String tenant = Letters.tenant();
        String run = letters.ofRun(tenant, "CONFIG");
        String event = refused(tenant, "is not JSON");
        String print = Objects.requireNonNull(only(of(tenant, "JSON_MALFORMED")).fingerprint());

        assertThat(only(of(tenant, "CONFIG")).id()).isEqualTo(run);
        assertThat(only(new LetterWhere(tenant, null, "EVENT", null, null)).id()).isEqualTo(event);
        assertThat(only(new LetterWhere(tenant, null, null, null, print)).id()).isEqualTo(event);
        assertThat(page(null, since(tenant, Instant.now().minusSeconds(60)), null).items())
                .hasSize(2);
        assertThat(page(null, since(tenant, Instant.now().plusSeconds(60)), null).items())
                .isEmpty();
        assertThat(only(of(tenant, "CONFIG")).blueprint()).isEqualTo("starter@1.0.0");
        assertThat(only(of(tenant, "CONFIG")).stage()).isEqualTo("run");
    }

    @ParameterizedTest
    @CsvSource({
        "open, , , status is one of",
        ", runs, , kind is one of",
        ", , yesterday, since is a time",
    })
    void whatCanHoldOfNoLetterIsRefused(
            @Nullable String status,
            @Nullable String kind,
            @Nullable String since,
            String expected) {
        LetterWhere where = new LetterWhere(null, null, kind, since, null);

        assertThatThrownBy(() -> page(status, where, null))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @CsvSource({"code", "tenant", "blueprint", "fingerprint", "day", "age"})
    void groupsTellHowManyAndTheOldestAndShowOne(String by) {
        String code = "JSON_MALFORMED";
        String first = refused(Letters.tenant(), "row 1 of \"a\" is wrong");
        String last = refused(Letters.tenant(), "row 22 of \"b\" is wrong");
        DeadLetterView view =
                Objects.requireNonNull(Ledger.await(() -> desk.show("ann", last, false)));
        LetterWhere where = new LetterWhere(null, code, null, null, view.fingerprint());
        List<LetterGroup> groups = groups(by, where);

        assertThat(groups.stream().mapToLong(LetterGroup::count).sum()).isGreaterThanOrEqualTo(2);
        assertThat(groups)
                .isSortedAccordingTo(
                        (a, b) -> String.valueOf(a.key()).compareTo(String.valueOf(b.key())));
        switch (by) {
            case "tenant" ->
                    assertThat(groups).extracting(LetterGroup::sample).contains(first, last);
            case "blueprint" -> assertThat(groups.getFirst().key()).isNull();
            case "age" -> assertThat(groups.getFirst().key()).isEqualTo("1 hour");
            case "day" -> assertThat(groups.getLast().key()).isEqualTo(view.at().substring(0, 10));
            default -> {
                assertThat(groups).hasSize(1);
                assertThat(groups.getFirst().sample()).isEqualTo(last);
                assertThat(groups.getFirst().key())
                        .isEqualTo(by.equals("code") ? code : view.fingerprint());
            }
        }
        assertThatThrownBy(() -> groups("colour", where)).isInstanceOf(Refusal.class);
    }

    @Test
    void aGroupTellsWhetherItGrows() {
        String tenant = Letters.tenant();
        for (int minutes : List.of(1, 50, 70, 100, 119, 130, 3000)) {
            ledger.update(
                    "update dead_letter set at = now() - make_interval(mins => ?) where id = ?",
                    minutes,
                    refused(tenant, "is not JSON"));
        }

        LetterGroup group = groups("tenant", of(tenant)).getFirst();

        assertThat(group.count()).isEqualTo(7);
        assertThat(group.lastHour()).isEqualTo(2);
        assertThat(group.hourBefore()).isEqualTo(3);
        assertThat(groups("age", of(tenant)))
                .extracting(each -> each.key() + ": " + each.count())
                .containsExactlyInAnyOrder("1 hour: 2", "1 day: 4", "7 days: 1");
    }

    @Test
    void theMostComeFirstWithHowManyKeysThereAre() {
        String reason = "cause " + UUID.randomUUID();
        String few = refused(Letters.tenant(), reason);
        String lots = Letters.tenant();
        String last = "";
        for (int i = 0; i < 3; i++) {
            last = refused(lots, reason);
        }
        ledger.update(
                "update dead_letter set tenant_id = null where id = ?",
                refused(Letters.tenant(), reason));
        String print =
                String.valueOf(Ledger.await(() -> desk.show("ann", few, false)).fingerprint());
        LetterWhere where = new LetterWhere(null, null, null, null, print);

        List<LetterGroup> most = most(where, null, 1).items();

        assertThat(most).extracting(LetterGroup::key).containsExactly(lots);
        assertThat(most.getFirst().count()).isEqualTo(3);
        assertThat(most.getFirst().sample()).isEqualTo(last);
        assertThat(most.getFirst().keys()).as("the one without a tenant is none").isEqualTo(2);
        assertThat(most(where, null, 1).next()).isNull();
        assertThat(groups("tenant", where)).extracting(LetterGroup::keys).containsOnlyNulls();
        assertThatThrownBy(() -> most(where, lots, 1)).isInstanceOf(Refusal.class);
    }

    private Page<LetterGroup> most(LetterWhere where, @Nullable String after, int limit) {
        return Ledger.await(() ->
                lists.groups(
                        "tenant", "most", new LetterLists.PageOf("OPEN", where, after, limit)));
    }

    @Test
    void aLetterThatIsExportedAndImportedIsTheSameByteForByteAndOpenOnce() {
        String tenant = Letters.tenant();
        List<RawHeader> headers = List.of(new RawHeader("h", BYTES), new RawHeader("h", null));
        String id = letters.ofEvent(tenant, BYTES, headers, "is not JSON", true);
        LetterCopy copy = Ledger.await(() -> copies.give("ann", id));
        ledger.update("delete from dead_letter where id = ?", id);
        int told = waiting.values(Topics.DEAD_LETTER, tenant).size();

        assertThat(take(copy, false).what()).contains("Would take in");
        assertThat(ledger.column("select 1 from dead_letter where id = ?", id)).isEmpty();
        assertThat(take(copy, true).executed()).isTrue();
        assertThat(take(copy, true).what()).contains("is here already, OPEN");

        LetterCopy again = Ledger.await(() -> copies.give("ann", id));
        RawRecord original = Objects.requireNonNull(again.original());
        assertThat(original.value()).isEqualTo(BYTES);
        assertThat(original.key()).isEqualTo(tenant.getBytes(UTF_8));
        assertThat(original.headers().getFirst().value()).isEqualTo(BYTES);
        assertThat(original.headers().getLast().value()).isNull();
        assertThat(again.at()).isEqualTo(copy.at());
        assertThat(Ledger.await(() -> desk.show("ann", id, true)).imported()).isTrue();
        assertThat(waiting.values(Topics.DEAD_LETTER, tenant)).hasSize(told);
        assertThat(ledger.column("select action from audit where subject = ? order by id", id))
                .containsExactly(
                        "export-dead-letter",
                        "import-dead-letter",
                        "export-dead-letter",
                        "read-dead-letter");
    }

    @Test
    void onlyEventsThatAreOpenAndOfATopicOfOursAreTakenIn() {
        String run = letters.ofRun(Letters.tenant(), "CONFIG");
        LetterCopy ofRun = Ledger.await(() -> copies.give("ann", run));
        assertThat(take(ofRun, true).what()).contains("nothing is taken in");

        LetterCopy closed = copy("SUPERSEDED", Topics.TENANT_LIFECYCLE);
        assertThat(take(closed, true).what()).contains("was closed as SUPERSEDED");

        assertThatThrownBy(() -> take(copy("OPEN", "leasehold.somewhere.else"), true))
                .isInstanceOfSatisfying(
                        Refusal.class, r -> assertThat(r.code()).isEqualTo("TOPIC_UNKNOWN"));
        assertThat(take(copy("OPEN", Topics.TENANT_LIFECYCLE), true).executed()).isTrue();
    }

    private LetterCopy copy(String status, String topic) {
        return new LetterCopy(
                1,
                ids.next(),
                "EVENT",
                status,
                "JSON_MALFORMED",
                "is not JSON",
                Letters.tenant(),
                null,
                null,
                null,
                null,
                new SourcePosition(topic, 1, 2),
                null,
                null,
                null,
                null,
                0,
                "2026-01-02T03:04:05Z",
                null,
                null);
    }

    private RepairReply take(LetterCopy copy, boolean execute) {
        return Ledger.await(
                () -> copies.take("ann", new LetterImport(copy, execute, "after the restore")));
    }

    private String refused(String tenant, String reason) {
        return letters.ofEvent(
                tenant, "{".getBytes(UTF_8), Letters.envelope("created"), reason, true);
    }

    private static LetterWhere of(String tenant) {
        return new LetterWhere(tenant, null, null, null, null);
    }

    private static LetterWhere of(String tenant, String code) {
        return new LetterWhere(tenant, code, null, null, null);
    }

    private static LetterWhere since(String tenant, Instant since) {
        return new LetterWhere(tenant, null, null, since.toString(), null);
    }

    private DeadLetterView only(LetterWhere where) {
        List<DeadLetterView> found = page("OPEN", where, null).items();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private Page<DeadLetterView> page(
            @Nullable String status, LetterWhere where, @Nullable String after) {
        return Ledger.await(() -> lists.page(new LetterLists.PageOf(status, where, after, 2)));
    }

    private List<LetterGroup> groups(String by, LetterWhere where) {
        return Ledger.await(() ->
                        lists.groups(by, null, new LetterLists.PageOf("OPEN", where, null, 500)))
                .items();
    }
}
