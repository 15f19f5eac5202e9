package io.leasehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.cli.FakeStateService.Ended;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.LockReleased;
import io.leasehold.ledger.api.LockView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateChange;
import io.leasehold.ledger.api.StateDiff;
import io.leasehold.ledger.api.StateMark;
import io.leasehold.ledger.api.StateOperationReply;
import io.leasehold.ledger.api.StateSummary;
import io.leasehold.ledger.api.StateVersionView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** States, their versions and orphans, and locks, as operators see and change them. */
class StatesTest {
    private static final String AT = "2026-01-02T03:04:05Z";
    private static final StackRef DATABASE = new StackRef("acme", 2, "database");
    private static final String STATES = "/v1/states/acme/2/database/";
    private static final StateDiff DIFF =
            new StateDiff(
                    5,
                    2,
                    true,
                    List.of("thing.new"),
                    List.of("thing.old"),
                    List.of(
                            new StateDiff.Change(
                                    "thing.same",
                                    List.of(
                                            new StateDiff.Attribute("a.b", "changed", false),
                                            new StateDiff.Attribute("c", "added", false),
                                            new StateDiff.Attribute("key", "changed", true)))),
                    true);

    @AutoClose private final FakeStateService service = new FakeStateService();

    @TempDir private Path folder;

    @Test
    void versions_say_who_made_them_why_and_what_became_of_them() throws IOException {
        StateMark adopted = new StateMark("ADOPTED", "night", AT, "it was real");
        StateMark deleted = new StateMark("DELETED", "day", AT, "a typo");
        service.on(
                "GET " + STATES + "versions?deleted=true&limit=200",
                page(
                        version(6, "ROLLBACK", "went wrong", 2L, null, null),
                        version(5, "ORPHAN", "LEASE_LOST: gone", null, null, adopted),
                        version(4, "RUN", null, null, deleted, null)));

        String out = text(run("versions", "--deleted"));

        assertThat(out.lines().toList().subList(1, 4))
                .satisfiesExactly(
                        l -> assertThat(l).endsWith("content of version 2; went wrong"),
                        l ->
                                assertThat(l)
                                        .endsWith(
                                                "LEASE_LOST: gone; adopted by night at "
                                                        + AT
                                                        + ": it was real"),
                        l -> assertThat(l).endsWith("deleted by day at " + AT + ": a typo"));
    }

    @Test
    void a_version_is_shown_with_its_addresses() throws IOException {
        StateVersionView version = version(6, "ROLLBACK", "went wrong", 2L, null, null);
        service.on(
                "GET " + STATES + "summary?version=6",
                new StateSummary(
                        version, true, true, List.of("thing.a", "thing.b"), 3, List.of("host")));
        service.on(
                "GET " + STATES + "summary",
                new StateSummary(version, true, false, List.of(), 0, List.of()));

        assertThat(text(run("show", "6")))
                .contains("6, current", "worker-1", AT, "went wrong", "  thing.b", "… and more");
        assertThat(text(run("show"))).contains("tofu encrypted");
        assertThat(json(run("show", "-o", "json")).path("current").asBoolean()).isTrue();
    }

    @Test
    void two_versions_are_compared_by_address_and_path() throws IOException {
        service.on("GET " + STATES + "diff?from=5", DIFF);

        assertThat(text(run("diff", "5")))
                .containsSubsequence(
                        "From version 5 to version 2",
                        "added    thing.new",
                        "removed  thing.old",
                        "changed  thing.same  a.b, c added, key (sensitive)",
                        "There is more");
        assertThat(json(run("diff", "5", "-o", "json")).path("from").asLong()).isEqualTo(5);
    }

    @Test
    void a_version_is_downloaded_into_a_new_private_file() throws IOException {
        service.on("GET " + STATES + "versions/5", 200, new byte[] {1, 2});
        Path file = folder.resolve("state");

        assertThat(json(run("download", "5", file.toString(), "-o", "json")).path("bytes").asInt())
                .isEqualTo(2);

        assertThat(file).hasBinaryContent(new byte[] {1, 2});
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Ended again = run("download", "5", file.toString());
        assertThat(again.exitCode()).isEqualTo(ExitCode.USAGE.number());
        assertThat(again.err()).contains("already");
    }

    @Test
    void a_rollback_is_a_dry_run_until_it_is_told_to_be_done() throws IOException {
        service.on(
                "POST " + STATES + "rollback",
                new StateChange(false, 5, "Would come on top.", DIFF));
        assertThat(text(run("rollback", "2")))
                .contains("Dry run, nothing was done. Would come on top.", "thing.old");
        assertThat(service.lastBody()).contains("\"execute\":false", "\"version\":2");

        service.on("POST " + STATES + "rollback", new StateChange(true, 6, "Done so.", null));
        assertThat(text(run("rollback", "2", "--execute", "--reason", "went wrong")))
                .isEqualTo("Done so.\n");
        assertThat(service.lastBody())
                .isEqualTo(
                        "{\"version\":2,\"execute\":true,\"reason\":\"went wrong\",\"evenThoughItForgets\":null}");
        text(run("rollback", "2", "--execute", "--reason", "x y", "--even-though-it-forgets", "3"));
        assertThat(service.lastBody()).contains("\"evenThoughItForgets\":3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "mv a.b a.c          | {'verb':'mv','from':'a.b','to':'a.c'}",
                "rm a.b module.c     | {'verb':'rm','addresses':['a.b','module.c']}",
                "import a.b some-id  | {'verb':'import','address':'a.b','id':'some-id'}"
            })
    void an_operation_is_a_dry_run_until_it_is_told_to_be_done(String line, String operation)
            throws IOException {
        String path = "POST " + STATES + "operations";
        service.on(path, new StateOperationReply(false, "Would be moved.", null));
        assertThat(text(runs(line))).isEqualTo("Dry run, nothing was asked for. Would be moved.\n");
        assertThat(service.lastBody())
                .isEqualTo(
                        "{\"operation\":%s,\"execute\":false,\"reason\":\"\"}"
                                .formatted(operation.replace('\'', '"')));

        service.on(path, new StateOperationReply(true, "Run r1 does this.", "r1"));
        assertThat(text(runs(line + " --execute --reason why")))
                .isEqualTo("Run r1 does this.\nHow it ends: leasehold runs show r1\n");
        assertThat(service.lastBody()).contains("\"execute\":true,\"reason\":\"why\"");
    }

    private Ended runs(String line) {
        String[] words = line.split(" ");
        return run(words[0], Arrays.copyOfRange(words, 1, words.length));
    }

    @ParameterizedTest
    @CsvSource({"adopt", "dismiss"})
    void an_orphan_is_settled_with_a_reason(String word) throws IOException {
        service.on(
                "POST /v1/orphans/acme/2/database/7/" + word,
                new StateChange(true, 8, "Settled.", null));

        assertThat(text(run(word, "7", "--execute", "--reason", "looked at it")))
                .isEqualTo("Settled.\n");
        assertThat(service.lastBody()).isEqualTo("{\"execute\":true,\"reason\":\"looked at it\"}");
    }

    @Test
    void orphans_are_those_that_are_open_unless_all_are_asked_for() throws IOException {
        service.on("GET /v1/orphans?limit=200&tenant=acme", page());
        service.on(
                "GET /v1/orphans?limit=200&settled=true",
                page(version(5, "ORPHAN", "LEASE_LOST: gone", null, null, null)));

        assertThat(text(service.run("states", "orphans", "--tenant", "acme")))
                .contains("No orphan is open");
        assertThat(text(service.run("states", "orphans", "--all"))).contains("LEASE_LOST: gone");
    }

    @Test
    void a_state_is_hidden_and_brought_back_with_a_reason() throws IOException {
        service.on("POST " + STATES + "delete", new StateChange(true, 0, "Hidden.", null));
        service.on("POST " + STATES + "undelete", new StateChange(true, 5, "Back.", null));

        assertThat(text(run("delete", "4", "--reason", "a typo"))).isEqualTo("Hidden.\n");
        assertThat(service.lastBody()).contains("\"version\":4", "\"evenThoughLive\":null");
        text(run("delete", "--reason", "a typo", "--even-though-live", "acme/2/database"));
        assertThat(service.lastBody())
                .contains("\"version\":null", "\"evenThoughLive\":\"acme/2/database\"");
        assertThat(text(run("undelete", "--reason", "was right"))).isEqualTo("Back.\n");
    }

    @Test
    void locks_say_what_is_done_and_whether_they_were_taken() throws IOException {
        service.on(
                "GET /v1/locks?limit=200",
                new Page<>(
                        List.of(
                                lock("LEASE", "r1", true, "applying", false),
                                lock("LEASE", "r2", false, "planning", false),
                                lock("LEASE", "r3", true, "applying", true),
                                lock("PERSON", "id", true, "apply by me@desk", false)),
                        null));

        assertThat(text(service.run("locks")).lines().skip(1))
                .satisfiesExactly(
                        l -> assertThat(l).contains(" yes ", AT).endsWith("applying"),
                        l -> assertThat(l).contains(" no "),
                        l -> assertThat(l).contains(" released "),
                        l -> assertThat(l).contains(" id ").endsWith("apply by me@desk"));
    }

    @Test
    void a_lock_is_taken_with_a_reason_and_from_the_living_by_its_id() throws IOException {
        service.on(
                "POST /v1/locks/acme/2/database/release",
                new LockReleased("LEASE", "r1", 100, "Taken."));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "locks",
                                "release",
                                "acme",
                                "database",
                                "--incarnation",
                                "2",
                                "--reason",
                                "it hangs"));

        assertThat(text(service.run(command.toArray(String[]::new)))).isEqualTo("Taken.\n");
        assertThat(service.lastBody()).contains("\"evenThoughAlive\":null");
        command.addAll(List.of("--even-though-alive", "r1"));
        text(service.run(command.toArray(String[]::new)));
        assertThat(service.lastBody())
                .isEqualTo("{\"reason\":\"it hangs\",\"evenThoughAlive\":\"r1\"}");
    }

    /** A word of {@code states} on the database stack of acme's second life. */
    private Ended run(String word, String... more) {
        List<String> command =
                new ArrayList<>(List.of("states", word, "acme", "database", "--incarnation", "2"));
        command.addAll(Arrays.asList(more));
        return service.run(command.toArray(String[]::new));
    }

    private static LockView lock(
            String holder, String id, boolean alive, String doing, boolean released) {
        return new LockView(DATABASE, holder, id, "who", id, 3, AT, AT, alive, doing, released);
    }

    private static StateVersionView version(
            long version,
            String kind,
            @Nullable String reason,
            @Nullable Long copyOf,
            @Nullable StateMark deleted,
            @Nullable StateMark settled) {
        return new StateVersionView(
                DATABASE,
                version,
                "lineage",
                7,
                "md5",
                99,
                kind,
                "r1",
                "worker-1",
                AT,
                reason,
                copyOf,
                deleted,
                settled,
                null);
    }

    private static Page<StateVersionView> page(StateVersionView... items) {
        return new Page<>(List.of(items), null);
    }

    private static JsonNode json(Ended ended) throws IOException {
        return StateService.JSON.readTree(text(ended));
    }

    private static String text(Ended ended) {
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.err()).isEmpty();
        return ended.out();
    }
}
