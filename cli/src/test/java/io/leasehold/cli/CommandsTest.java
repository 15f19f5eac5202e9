package io.leasehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.leasehold.cli.FakeStateService.Ended;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.Delta;
import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.DriftReport;
import io.leasehold.ledger.api.DriftView;
import io.leasehold.ledger.api.EventView;
import io.leasehold.ledger.api.LockView;
import io.leasehold.ledger.api.LogLine;
import io.leasehold.ledger.api.OutputView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.RunView;
import io.leasehold.ledger.api.SourcePosition;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StackView;
import io.leasehold.ledger.api.StateOperation;
import io.leasehold.ledger.api.TenantView;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandsTest {
    private static final String AT = "2026-01-02T03:04:05Z";
    private static final StackRef DATABASE = new StackRef("acme", 2, "database");

    @AutoClose private final FakeStateService service = new FakeStateService();

    private static <T> Page<T> page(@Nullable String next, List<T> items) {
        return new Page<>(items, next);
    }

    private static TenantView tenant(
            String phase, long observed, List<String> waits, boolean drifted) {
        StackView stack =
                new StackView(
                        DATABASE,
                        3,
                        2,
                        true,
                        "WAITING",
                        "waits for its turn",
                        5,
                        7,
                        drifted,
                        "r1",
                        AT);
        return new TenantView(
                "acme",
                2,
                4,
                observed,
                "active",
                "starter",
                "1.0.0",
                phase,
                waits,
                AT,
                List.of(stack),
                "Acme");
    }

    private static JsonNode json(Ended ended) throws IOException {
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        return StateService.JSON.readTree(ended.out());
    }

    private static String text(Ended ended) {
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.err()).isEmpty();
        return ended.out();
    }

    @Test
    void tenants_are_listed_page_by_page_with_the_first_thing_each_waits_for() throws IOException {
        service.on(
                "GET /v1/tenants?limit=200",
                page("acme/2", List.of(tenant("WAITING", 3, List.of("one", "two"), false))));
        service.on(
                "GET /v1/tenants?after=acme%2F2&limit=200",
                page(null, List.of(tenant("READY", 4, List.of(), false))));

        String out = text(service.run("tenants"));

        assertThat(out.lines())
                .hasSize(3)
                .anySatisfy(l -> assertThat(l).startsWith("acme").endsWith("one (and 1 more)"))
                .last()
                .asString()
                .endsWith("nothing");
    }

    @Test
    void a_bounded_listing_asks_for_no_more_and_says_that_there_is_more() throws IOException {
        service.on(
                "GET /v1/tenants?limit=1",
                page("acme/2", List.of(tenant("READY", 4, List.of(), false))));

        Ended ended = service.run("tenants", "list", "--limit", "1", "-o", "json");

        assertThat(json(ended)).hasSize(1);
        assertThat(ended.err()).contains("more than these 1", "--limit");
        assertThat(service.requests()).hasSize(1);
    }

    @Test
    void each_thing_of_a_listing_is_a_line_of_json_when_lines_are_asked_for() throws IOException {
        TenantView one = tenant("READY", 4, List.of(), false);
        TenantView other = tenant("WAITING", 3, List.of("its\nturn"), false);
        service.on("GET /v1/tenants?limit=200", page(null, List.of(one, other)));
        service.on("GET /v1/tenants/acme", one);
        service.on("GET /v1/locks?limit=200", page(null, List.of()));

        List<String> lines = text(service.run("tenants", "-o", "jsonl")).lines().toList();

        assertThat(lines)
                .containsExactly(
                        StateService.JSON.writeValueAsString(one),
                        StateService.JSON.writeValueAsString(other));
        assertThat(text(service.run("tenants", "show", "acme", "-o", "jsonl")))
                .isEqualTo(lines.getFirst() + "\n");
        assertThat(text(service.run("locks", "-o", "jsonl"))).isEmpty();
    }

    @Test
    void a_tenant_is_shown_in_words_that_say_what_is_waited_for() throws IOException {
        service.on(
                "GET /v1/tenants/acme",
                tenant("FAILED", 0, List.of("database: held (X): because"), true));

        assertThat(text(service.run("tenants", "show", "acme")))
                .contains(
                        "acme (life 2) is FAILED: a run failed for good",
                        "Wanted: active, generation 4, blueprint starter 1.0.0. In place: nothing"
                                + " yet.",
                        "Waited for:\n  database: held (X): because\n",
                        "waits for its turn",
                        "leasehold dead-letters list --tenant acme",
                        "leasehold drift --tenant acme");
    }

    @Test
    void a_ready_tenant_waits_for_nothing() throws IOException {
        service.on("GET /v1/tenants/acme?incarnation=1", tenant("READY", 4, List.of(), false));

        assertThat(text(service.run("tenants", "show", "acme", "--incarnation", "1")))
                .contains("In place: the same.", "Nothing is waited for.")
                .doesNotContain("dead-letters");
    }

    @Test
    void the_format_may_be_given_before_the_word_or_after_it() throws IOException {
        service.on("GET /v1/tenants/acme", tenant("READY", 4, List.of(), false));

        assertThat(json(service.run("tenants", "show", "acme", "-o", "json")))
                .isEqualTo(json(service.run("tenants", "-o", "json", "show", "acme")));
    }

    @Test
    void events_are_shown_with_what_became_of_them() throws IOException {
        service.on(
                "GET /v1/tenants/acme/events?limit=200",
                page(
                        null,
                        List.of(
                                new EventView(
                                        new SourcePosition("t", 1, 2),
                                        "e1",
                                        "io.leasehold.tenant.updated",
                                        2,
                                        4L,
                                        Disposition.STALE,
                                        null,
                                        "older",
                                        AT))));

        assertThat(text(service.run("tenants", "events", "acme"))).contains("STALE", "older");
    }

    @Test
    void stacks_and_outputs_and_locks_narrow_to_a_tenant() throws IOException {
        String query = "?limit=200&tenant=acme";
        service.on(
                "GET /v1/stacks" + query, page(null, tenant("READY", 4, List.of(), true).stacks()));
        service.on(
                "GET /v1/outputs" + query,
                page(
                        null,
                        List.of(
                                new OutputView(DATABASE, "password", true, null, 4, true),
                                new OutputView(
                                        DATABASE, "host", false, new TextNode("h"), 4, false))));
        service.on(
                "GET /v1/locks" + query,
                page(
                        null,
                        List.of(
                                new LockView(
                                        DATABASE,
                                        "LEASE",
                                        "l1",
                                        "worker-1",
                                        "r1",
                                        3,
                                        AT,
                                        AT,
                                        true,
                                        "applying",
                                        false))));

        assertThat(text(service.run("stacks", "--tenant", "acme")))
                .contains("acme/2/database", "drifted");
        assertThat(text(service.run("outputs", "--tenant", "acme")))
                .contains("(sensitive)", "host");
        assertThat(text(service.run("locks", "--tenant", "acme"))).contains("worker-1", "yes");
    }

    @Test
    void runs_narrow_to_a_stack_and_one_is_shown_with_its_reason() throws IOException {
        RunView run =
                new RunView(
                        "r1",
                        DATABASE,
                        RunKind.APPLY,
                        RunPhase.FINISHED,
                        "FAILED",
                        4,
                        3,
                        2,
                        "worker-1",
                        new Delta(1, 2, 3),
                        "TOFU_FAILED",
                        "no such role",
                        AT,
                        AT,
                        null,
                        new RunView.Asked(
                                new StateOperation.Move("a.b", "a.c"), "night", "renamed"));
        service.on("GET /v1/runs?limit=200&stack=database&tenant=acme", page(null, List.of(run)));
        service.on("GET /v1/runs/r1", run);

        assertThat(text(service.run("runs", "--tenant", "acme", "--stack", "database")))
                .contains("r1", "TOFU_FAILED");
        assertThat(text(service.run("runs", "show", "r1")))
                .contains(
                        "1 added, 2 changed, 3 destroyed",
                        "no such role",
                        "state mv a.b a.c",
                        "night: renamed");
    }

    @Test
    void a_log_longer_than_the_service_gives_at_once_is_shown_whole() throws IOException {
        List<LogLine> first =
                LongStream.rangeClosed(1, 1000).mapToObj(n -> new LogLine(n, 0, "x", "l")).toList();
        service.on("GET /v1/runs/r1/log?after=0&limit=1000", first);
        service.on(
                "GET /v1/runs/r1/log?after=1000&limit=1000",
                List.of(new LogLine(1001, 1, "worker", "the last")));

        // The order of the two parameters is not promised.
        service.on("GET /v1/runs/r1/log?limit=1000&after=0", first);
        service.on(
                "GET /v1/runs/r1/log?limit=1000&after=1000",
                List.of(new LogLine(1001, 1, "worker", "the last")));

        assertThat(text(service.run("runs", "log", "r1"))).hasLineCount(1002).contains("the last");
    }

    @Test
    void an_output_is_got_from_the_newest_life_as_the_bare_value() throws IOException {
        service.on("GET /v1/tenants/acme", tenant("READY", 4, List.of(), false));
        service.on(
                "GET /v1/outputs/acme/2/database/password",
                new OutputView(DATABASE, "password", true, new TextNode("s3cret"), 4, true));

        assertThat(text(service.run("outputs", "get", "acme", "database", "password")))
                .isEqualTo("s3cret\n");
    }

    @Test
    void numbers_stay_as_they_were_sent() throws IOException {
        service.on(
                "GET /v1/outputs/acme/2/database/size",
                new OutputView(
                        DATABASE,
                        "size",
                        false,
                        DecimalNode.valueOf(new BigDecimal("12345678901234567890.10")),
                        4,
                        true));
        String[] command = {"outputs", "get", "acme", "database", "size", "--incarnation", "2"};

        assertThat(text(service.run(command))).isEqualTo("12345678901234567890.10\n");
    }

    @Test
    void drift_names_addresses_and_attributes() throws IOException {
        service.on(
                "GET /v1/drift?limit=200&tenant=acme",
                page(
                        null,
                        List.of(
                                new DriftView(
                                        DATABASE,
                                        "d1",
                                        "f",
                                        AT,
                                        AT,
                                        2,
                                        List.of(
                                                new DriftReport.Change(
                                                        "postgresql_role.tenant",
                                                        "postgresql_role",
                                                        "update",
                                                        List.of(
                                                                new DriftReport.Attribute(
                                                                        "connection_limit",
                                                                        "changed"))))))));

        assertThat(text(service.run("drift", "--tenant", "acme")))
                .contains("postgresql_role.tenant", "connection_limit");
    }

    @ParameterizedTest
    @CsvSource({
        "tenants, /v1/tenants?limit=200, No tenant is known",
        "stacks, /v1/stacks?limit=200, no stacks",
        "runs, /v1/runs?limit=200, no such runs",
        "outputs, /v1/outputs?limit=200, no outputs",
        "states, /v1/states?limit=200, no states",
        "locks, /v1/locks?limit=200, Nobody holds",
        "drift, /v1/drift?limit=200, Nothing is adrift.",
        "dead-letters, /v1/dead-letters?limit=200&status=OPEN, No dead letter is open"
    })
    void an_empty_listing_says_so_in_words_and_is_an_empty_array_in_json(
            String command, String address, String words) throws IOException {
        service.on("GET " + address, page(null, List.of()));

        assertThat(text(service.run(command))).contains(words);
        assertThat(text(service.run(command, "list"))).contains(words);
        assertThat(json(service.run(command, "-o", "json"))).isEmpty();
    }
}
