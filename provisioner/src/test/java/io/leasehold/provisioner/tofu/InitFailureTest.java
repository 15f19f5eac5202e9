package io.leasehold.provisioner.tofu;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.provisioner.module.Blame;
import io.leasehold.provisioner.module.ModuleInitialiser.Outcome;
import io.leasehold.provisioner.process.ProcessOutcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose doing a failed init was. */
class InitFailureTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | Error: Failed to update module manifest: write modules.json: no space left on"
                        + " device | WORKER",
                "1 | write x: no space left\\non device | WORKER",
                "1 | │ read .terraform: input/output\\n│ error | WORKER",
                "1 | open x: read-only file system | WORKER",
                "1 | write x: disk quota exceeded | WORKER",
                "1 | fork/exec /opt/providers/x: resource temporarily unavailable | WORKER",
                "1 | fork/exec /opt/providers/x: cannot allocate memory | WORKER",
                "1 | open x: too many open files | WORKER",
                "2 | fatal error: runtime: out of memory | WORKER",
                "2 | runtime: failed to create new OS thread (have 5 already; errno=11) | WORKER",
                "1 | plugin exited: signal: killed | WORKER",
                "137 | | WORKER",
                "139 | | UNKNOWN",
                "134 | | UNKNOWN",
                "1 | Error: Failed to query available provider packages | MODULE",
                "1 | Error: Unsupported block type | MODULE",
                "1 | Error: write x: file too large | MODULE",
                "1 | | MODULE"
            })
    void theWayItEndedAndItsWordsDecide(int code, String said, Blame blame) {
        String text = said == null ? "" : said.replace("\\n", "\n");

        assertThat(InitFailure.of(new ProcessOutcome.Exited(code), text).blame()).isEqualTo(blame);
    }

    @Test
    void whatNeverRanOrWasStoppedIsTheWorkers() {
        assertThat(InitFailure.of(new ProcessOutcome.FailedToStart("no bwrap"), "").blame())
                .isEqualTo(Blame.WORKER);
        assertThat(InitFailure.of(new ProcessOutcome.Stopped("leaving", 1), "").blame())
                .isEqualTo(Blame.WORKER);
    }

    @Test
    void whatTookTooLongMayBeAnybodys() {
        assertThat(
                        InitFailure.of(
                                new ProcessOutcome.TimedOut(
                                        ProcessOutcome.Deadline.WALL_CLOCK,
                                        Duration.ofMinutes(2),
                                        1),
                                ""))
                .isEqualTo(
                        new Outcome.Failed(Blame.UNKNOWN, "tofu init was stopped after 120 s. "));
    }

    @Test
    void theReasonBeginsWithTheErrorAndIsBounded() {
        Outcome.Failed failed =
                InitFailure.of(
                        new ProcessOutcome.Exited(1),
                        "Initializing the backend...\n╷\n│ Error: no\n│\n│ "
                                + "x".repeat(5000)
                                + "\n╵\n");

        assertThat(failed.reason())
                .startsWith("tofu init ended with code 1. Error: no x")
                .hasSizeLessThan(1100);
    }
}
