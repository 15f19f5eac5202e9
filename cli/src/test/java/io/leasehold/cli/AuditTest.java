package io.leasehold.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.cli.FakeStateService.Ended;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.AuditView;
import io.leasehold.ledger.api.Page;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class AuditTest {
    @AutoClose private final FakeStateService service = new FakeStateService();

    private static AuditView entry(long id, String action, @Nullable String reason) {
        return new AuditView(
                id,
                "2026-01-02T03:04:05Z",
                "ann",
                "operator",
                action,
                "acme/1/database",
                "acme",
                reason,
                "DONE",
                "request-" + id);
    }

    private static String line(AuditView entry) {
        return StateService.words(StateService.JSON.valueToTree(entry));
    }

    @Test
    void entries_are_listed_newest_first_and_narrowed() throws IOException {
        service.on(
                "GET /v1/audit?action=lock-state&actor=ann&limit=200&subject=acme%2F1&tenant=acme",
                new Page<>(List.of(entry(2, "lock-state", "to mend it")), null));

        Ended ended =
                service.run(
                        "audit",
                        "--tenant",
                        "acme",
                        "--actor",
                        "ann",
                        "--action",
                        "lock-state",
                        "--subject",
                        "acme/1");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out())
                .contains("TIME", "ACTOR", "ann", "operator", "lock-state", "to mend it");
    }

    @Test
    void followed_entries_are_told_once_each_and_the_stream_goes_on_where_it_was_cut()
            throws IOException {
        service.on(
                "GET /v1/audit?limit=10&tenant=acme",
                new Page<>(List.of(entry(7, "two", null), entry(5, "one", "be\u0007cause")), null));
        service.on(
                "GET /v1/audit/stream?after=5&tenant=acme",
                200,
                ("\n" + line(entry(6, "late", null)) + "\n" + line(entry(7, "two", null)) + "\n\n")
                        .getBytes(UTF_8));
        service.refuses("GET /v1/audit/stream?after=7&tenant=acme", 403, "FORBIDDEN", "not you");

        Ended ended = service.run("audit", "--follow", "--tenant", "acme");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(ended.err()).contains("FORBIDDEN: not you");
        assertThat(ended.out().lines())
                .containsExactly(
                        "2026-01-02T03:04:05Z  ann  one  acme/1/database  DONE  be cause",
                        "2026-01-02T03:04:05Z  ann  two  acme/1/database  DONE",
                        "2026-01-02T03:04:05Z  ann  late  acme/1/database  DONE");
    }

    @Test
    void as_json_each_entry_is_a_line_of_the_services_own() throws IOException {
        service.on("GET /v1/audit?limit=10", new Page<>(List.of(entry(5, "one", null)), null));
        service.refuses("GET /v1/audit/stream?after=5", 401, "UNAUTHENTICATED", "no");

        Ended ended = service.run("audit", "--follow", "-o", "json");

        assertThat(ended.exitCode()).isEqualTo(ExitCode.UNREACHABLE.number());
        assertThat(ended.out().lines()).containsExactly(line(entry(5, "one", null)));
    }

    @Test
    void a_service_that_is_not_there_is_not_waited_for() {
        service.close();

        assertThat(service.run("audit", "--follow").exitCode())
                .isEqualTo(ExitCode.UNREACHABLE.number());
    }
}
