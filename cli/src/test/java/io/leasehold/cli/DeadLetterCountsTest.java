package io.leasehold.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.cli.FakeStateService.Ended;
import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.LetterGroup;
import io.leasehold.ledger.api.Page;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** How many letters there are. */
class DeadLetterCountsTest {
    @AutoClose private final FakeStateService service = new FakeStateService();

    private static LetterGroup group(
            @Nullable String key,
            long count,
            @Nullable Long lastHour,
            @Nullable Long hourBefore,
            String newest,
            @Nullable Long keys) {
        return new LetterGroup(
                key, count, lastHour, hourBefore, "o", newest, "d1", "CONFIG", "why", keys);
    }

    private void answers(String by, LetterGroup... groups) throws IOException {
        service.on(
                "GET /v1/dead-letter-groups?by=" + by + "&status=OPEN",
                new Page<>(List.of(groups), null));
    }

    @Test
    void in_one_look_it_is_told_how_many_there_are() throws IOException {
        answers(
                "code&limit=200",
                group("CONFIG", 2, 1L, 0L, "n", null),
                group("NETWORK", 9, 4L, 3L, "n", null));
        answers(
                "age&limit=200",
                group("1 day", 6, 0L, 3L, "2", null),
                group("1 hour", 5, 5L, 0L, "3", null));
        answers(
                "tenant&limit=10&order=most",
                group("t2", 7, 0L, 0L, "n", 4000L),
                group(null, 4, 0L, 0L, "n", 4000L));

        Ended ended = service.run("dead-letters", "stats");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out())
                .startsWith(
                        "11 letters are open, of 4000 tenants; 5 of the last hour, 3 of the hour"
                                + " before.\n")
                .containsSubsequence("NETWORK ", "CONFIG ", "1 hour ", "1 day ", "t2 ", "(none) ");
        assertThat(service.requests()).hasSize(3);
        JsonNode json =
                StateService.JSON.readTree(
                        service.run("dead-letters", "stats", "-o", "json").out());
        assertThat(json.path("letters").asInt()).isEqualTo(11);
        assertThat(json.path("tenants").asInt()).isEqualTo(4000);
        assertThat(json.path("byTenant")).hasSize(2);
    }

    @Test
    void what_an_older_service_does_not_tell_is_not_told_as_nothing() throws IOException {
        byte[] older =
                """
                {"items":[{"key":"a","count":3,"oldest":"o","newest":"n","sample":"d1",\
                "code":"CONFIG","reason":"r"}],"next":"a"}\
                """
                        .getBytes(UTF_8);
        String groups = "GET /v1/dead-letter-groups?by=";
        byte[] end = "{\"items\":[]}".getBytes(UTF_8);
        for (String by : List.of("code", "age", "fingerprint")) {
            service.on(groups + by + "&limit=200&status=OPEN", 200, older);
            service.on(
                    "GET /v1/dead-letter-groups?after=a&by=" + by + "&limit=200&status=OPEN",
                    200,
                    end);
        }
        service.on(groups + "tenant&limit=10&order=most&status=OPEN", 200, older);
        service.on(
                "GET /v1/dead-letter-groups?after=a&by=tenant&limit=10&order=most&status=OPEN",
                200,
                end);

        Ended ended = service.run("dead-letters", "stats");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out())
                .startsWith(
                        "3 letters are open, of - tenants; - of the last hour, - of the hour before.\n")
                .containsPattern("a +3 +- +- +o +d1");
        assertThat(ended.err()).contains("older than this command");
        assertThat(service.run("dead-letters", "list", "--group-by", "fingerprint").out())
                .containsPattern("a +3 +- +- +o +n +d1");
    }

    @Test
    void they_are_counted_by_their_cause_the_most_first() throws IOException {
        service.on(
                "GET /v1/dead-letter-groups?by=fingerprint&code=CONFIG&limit=200&status=OPEN",
                new Page<>(
                        List.of(
                                group(null, 1, 0L, 0L, "n", null),
                                group("0f", 7, 4L, 2L, "n", null)),
                        null));

        Ended ended =
                service.run(
                        "dead-letters", "list", "--group-by", "fingerprint", "--code", "CONFIG");

        assertThat(ended.out().lines().toList())
                .satisfiesExactly(
                        head ->
                                assertThat(head)
                                        .matches("FINGERPRINT +LETTERS +LAST HOUR +HOUR BEFORE .*"),
                        most -> assertThat(most).matches("0f +7 +4 +2 +o +n +d1 .*"),
                        least -> assertThat(least).matches("\\(none\\) +1 +0 +0 +o .*"));
    }
}
