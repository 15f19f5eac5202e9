package io.leasehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.cli.FakeStateService.Ended;
import io.leasehold.cli.service.Ticks;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.ReplayItemState;
import io.leasehold.ledger.api.ReplayItemView;
import io.leasehold.ledger.api.ReplayPlan;
import io.leasehold.ledger.api.ReplayStep;
import io.leasehold.ledger.api.ReplayView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadLetterReplaysTest {
    private static final String LETTER = "/v1/dead-letters/d1";
    private static final String STEP = "POST /v1/replays/r1/step";

    @AutoClose private final FakeStateService service = new FakeStateService();

    private static ReplayItemView item(int position, ReplayItemState state, @Nullable String code) {
        return new ReplayItemView(
                "r1",
                position,
                "d" + position,
                "acme",
                state,
                code,
                "so it is",
                null,
                null,
                "ann",
                "why",
                "2026-01-02T03:04:05Z");
    }

    private static ReplayView replay(String state) {
        return new ReplayView(
                "r1",
                state,
                "ann",
                "why",
                "code=CONFIG",
                true,
                false,
                "2026-01-02T03:04:05Z",
                null,
                null,
                Map.of(ReplayItemState.DONE, 1));
    }

    @Test
    void a_replay_of_many_is_a_dry_run_unless_it_is_said() throws IOException {
        service.on(
                "POST /v1/replays",
                new ReplayPlan(
                        null,
                        List.of(
                                item(1, ReplayItemState.WAITING, null),
                                item(2, ReplayItemState.SUPERSEDED, null),
                                item(3, ReplayItemState.REFUSED, "REPLAY_LOOP")),
                        true));

        Ended ended = service.run("dead-letters", "replay", "--where", "code=CONFIG,kind=RUN");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out())
                .contains(
                        "REPLAY_LOOP",
                        "Dry run, nothing was done. 1 waiting, 1 superseded, 1 refused by a guard",
                        "one of them first",
                        "More letters match");
        assertThat(service.lastBody())
                .contains(
                        "\"execute\":false",
                        "\"code\":\"CONFIG\"",
                        "\"kind\":\"RUN\"",
                        "\"limit\":100",
                        "\"representative\":true");
    }

    @ParameterizedTest
    @CsvSource({
        "ENDED,   DONE,    NOTHING, 0",
        "ENDED,   DONE,    FAILED,  3",
        "ENDED,   DONE,    REFUSED, 3",
        "ENDED,   REFUSED, REFUSED, 5",
        "STOPPED, FAILED,  WAITING, 3",
        "ABORTED, DONE,    SKIPPED, 0",
    })
    void how_a_replay_of_many_ended_is_its_exit_code(
            String state, ReplayItemState one, ReplayItemState other, int expected)
            throws IOException {
        service.on("POST /v1/replays", new ReplayPlan(replay("RUNNING"), List.of(), false));
        service.on(
                "POST /v1/replays/r1/step",
                new ReplayStep(replay(state), item(1, one, null), null));
        service.on(
                "GET /v1/replays/r1/items?limit=200",
                new Page<>(List.of(item(1, one, null), item(2, other, "CODE")), null));

        Ended ended =
                service.run(
                        "dead-letters", "replay", "d1", "d2", "--execute", "--reason", "mended");

        assertThat(ended.exitCode()).as(ended.out() + ended.err()).isEqualTo(expected);
        assertThat(ended.out()).contains("1  d1  acme  " + one);
        assertThat(service.bodies().getFirst())
                .contains("\"ids\":[\"d1\",\"d2\"]", "\"where\":null", "\"execute\":true");
    }

    @Test
    void where_nothing_matches_it_ends_with_4() throws IOException {
        service.on("POST /v1/replays", new ReplayPlan(null, List.of(), false));

        assertThat(service.run("dead-letters", "replay", "--where", "code=NONE").exitCode())
                .isEqualTo(4);
    }

    @Test
    void where_another_command_is_at_it_it_ends_with_6_and_a_guard_with_5() throws IOException {
        service.on("GET /v1/replays/r1", replay("RUNNING"));
        service.refuses("POST /v1/replays/r1/resume", 409, "REPLAY_LEASED", "Another has it.");
        service.refuses("POST " + LETTER + "/replay", 409, "SAME_FAILURE", "It failed the same.");

        assertThat(service.run("dead-letters", "resume", "r1").exitCode()).isEqualTo(6);
        assertThat(
                        service.run("dead-letters", "replay", "d1", "--execute", "--reason", "why")
                                .exitCode())
                .isEqualTo(5);
    }

    @Test
    void where_the_service_goes_away_it_says_how_to_go_on() throws IOException {
        service.on("POST /v1/replays", new ReplayPlan(replay("RUNNING"), List.of(), false));
        service.refuses("POST /v1/replays/r1/step", 503, "DATABASE_AWAY", "It is away.");

        Ended ended =
                service.run(
                        "dead-letters", "replay", "d1", "d2", "--execute", "--reason", "mended");

        assertThat(ended.exitCode()).isEqualTo(7);
        assertThat(ended.err()).contains("nothing is sent twice: leasehold dead-letters resume r1");
    }

    /** Passes only while somebody waits, who is woken too early every other time. */
    private final class WaitedTime implements Ticks {
        private final List<Long> steps = new ArrayList<>();
        private long now = Long.MAX_VALUE - 1;
        private boolean early = true;

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public void park(long nanos) {
            while (steps.size() < asked()) {
                steps.add(now);
            }
            if (steps.size() > 20) {
                endAtTheNextStep();
            }
            now += early ? nanos / 2 : nanos;
            early = !early;
        }

        private long asked() {
            return service.requests().stream().filter(each -> each.equals(STEP)).count();
        }

        private void endAtTheNextStep() {
            try {
                service.on(STEP, new ReplayStep(replay("ENDED"), null, null));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** From each step that was asked for to the next. */
        List<Long> between() {
            List<Long> between = new ArrayList<>();
            for (int i = 1; i < steps.size(); i++) {
                between.add(steps.get(i) - steps.get(i - 1));
            }
            return between;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "replay d1 d2 --execute --reason mended --rate 0.1, 10_000_000_000",
        "replay d1 d2 --execute --reason mended,               200_000_000",
        "replay d1 d2 --execute --reason mended --rate 100,     10_000_000",
        "resume r1 --rate 2.5,                                 400_000_000",
    })
    void letters_go_as_fast_as_the_rate_lets_them_and_no_faster(String line, String apart)
            throws IOException {
        service.on("POST /v1/replays", new ReplayPlan(replay("RUNNING"), List.of(), false));
        service.on("GET /v1/replays/r1", replay("STOPPED"));
        service.on("POST /v1/replays/r1/resume", replay("RUNNING"));
        service.on(
                STEP, new ReplayStep(replay("RUNNING"), item(1, ReplayItemState.SENT, null), null));
        service.on("GET /v1/replays/r1/items?limit=200", new Page<>(List.of(), null));
        WaitedTime time = new WaitedTime();

        Ended ended = service.runWhile(time, ("dead-letters " + line).split(" "));

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(time.between())
                .hasSize(20)
                .containsOnly(Long.parseLong(apart.strip().replace("_", "")));
    }

    @Test
    void while_nothing_can_go_the_service_is_asked_some_times_a_second() throws IOException {
        service.on("POST /v1/replays", new ReplayPlan(replay("RUNNING"), List.of(), false));
        service.on(STEP, new ReplayStep(replay("RUNNING"), null, "intake"));
        service.on("GET /v1/replays/r1/items?limit=200", new Page<>(List.of(), null));
        WaitedTime time = new WaitedTime();

        Ended ended =
                service.runWhile(
                        time,
                        "dead-letters replay d1 d2 --rate 100 --execute --reason mended"
                                .split(" "));

        assertThat(time.between()).hasSize(20).containsOnly(300_000_000L);
        assertThat(ended.out()).containsOnlyOnce("waits for intake");
    }
}
