package io.leasehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.cli.FakeStateService.Ended;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.HeldEventView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.RepairReply;
import io.leasehold.ledger.api.SourcePosition;
import io.leasehold.ledger.api.SourceTopicView;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator does where the ledger alone does not go on. */
class RepairsTest {
    private static final String AT = "2026-01-02T03:04:05Z";

    @AutoClose private final FakeStateService service = new FakeStateService();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tenants set-generation acme 5|/v1/tenants/acme/generation|{\"incarnation\":null,\"generation\":5,",
                "tenants set-generation acme 0 --incarnation 2|/v1/tenants/acme/generation|{\"incarnation\":2,\"generation\":0,",
                "tenants abandon acme --incarnation 7|/v1/tenants/acme/abandon|{\"incarnation\":7,",
                "intake confirm t|/v1/intake/topics/confirm|{\"topic\":\"t\",",
                "intake release acme|/v1/tenants/acme/release|{",
                "intake rewind t --offset 0|/v1/intake/rewind|{\"topic\":\"t\",\"partition\":null,\"offset\":0,",
                "intake rewind t --partition 3 --offset 9|/v1/intake/rewind|{\"topic\":\"t\",\"partition\":3,\"offset\":9,",
            })
    void a_repair_is_only_said_until_it_is_told_to_be_done(String line, String path, String fields)
            throws IOException {
        service.on("POST " + path, new RepairReply(false, "It would."));

        Ended said = service.run(line.split(" "));
        assertThat(said.out()).as(said.err()).startsWith("Dry run, nothing was done. It would.");
        assertThat(service.lastBody()).isEqualTo(fields + "\"execute\":false,\"reason\":\"\"}");

        Ended without = service.run((line + " --execute").split(" "));
        assertThat(without.exitCode()).isEqualTo(2);
        assertThat(without.err()).contains("--execute needs --reason");

        service.on("POST " + path, new RepairReply(true, "It did."));
        Ended done = service.run((line + " --execute --reason typo").split(" "));
        assertThat(done.out()).startsWith("Done. It did.");
        assertThat(service.lastBody()).isEqualTo(fields + "\"execute\":true,\"reason\":\"typo\"}");
    }

    @Test
    void a_repair_that_finds_nothing_to_do_says_so() throws IOException {
        service.on("POST /v1/tenants/acme/release", new RepairReply(false, "Nothing is held."));

        assertThat(service.run("intake", "release", "acme", "--execute", "--reason", "why").out())
                .startsWith("Nothing was done. Nothing is held.");
    }

    @Test
    void topics_are_listed_with_what_is_not_known_of_them() throws IOException {
        service.on(
                "GET /v1/intake/topics?limit=200",
                new Page<>(
                        List.of(
                                new SourceTopicView("t", "a", 1, 24, 48, AT, 2),
                                new SourceTopicView("t", "b", null, 24, 24, AT, 0)),
                        null));

        String out = service.run("intake").out();

        assertThat(out.lines()).hasSize(3);
        assertThat(out).contains("as number 1").contains("48, known 24");
        assertThat(StateService.JSON.readTree(service.run("intake", "-o", "json").out()))
                .hasSize(2);
    }

    @Test
    void held_events_are_listed_with_the_reason() throws IOException {
        service.on(
                "GET /v1/intake/held?limit=200&tenant=acme",
                new Page<>(
                        List.of(
                                new HeldEventView(
                                        "acme",
                                        new SourcePosition("t", "b", 7, 41),
                                        "e1",
                                        "io.leasehold.tenant.updated.v1",
                                        "its events came by partition 0 before and now by 7",
                                        AT)),
                        null));

        Ended ended = service.run("intake", "held", "--tenant", "acme");

        assertThat(ended.out()).as(ended.err()).contains("acme").contains("partition 0 before");
    }
}
