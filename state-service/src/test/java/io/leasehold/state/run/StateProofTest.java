package io.leasehold.state.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Delta;
import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.ledger.api.OutcomeRequest.Result;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.StackRef;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a run says it did, held against the state that is there. */
class StateProofTest {

    @ParameterizedTest(name = "{0}, stored {1}, there is {2}: {3}")
    @CsvSource(
            nullValues = "-",
            value = {
                "SUCCEEDED, m1, m1, SUCCEEDED",
                "SUCCEEDED, -,  m1, SUCCEEDED",
                "SUCCEEDED, -,  -,  SUCCEEDED",
                "SUCCEEDED, m1, m0, FAILED",
                "SUCCEEDED, m1, -,  FAILED",
                "FAILED,    m1, m0, FAILED",
                "DROPPED,   m1, m0, DROPPED",
                "CANCELLED, m1, m0, CANCELLED"
            })
    void countsAsDoneOnlyWithTheStateThatItStored(
            Result result, @Nullable String stored, @Nullable String there, Result counts) {
        OutcomeRequest said =
                new OutcomeRequest(
                        "lease", result, "CODE", "why", true, new Delta(1, 2, 3), "1.12.6", stored);

        OutcomeRequest counted = StateProof.of(ending(there), said);

        assertThat(counted.result()).isEqualTo(counts);
        assertThat(counted.delta()).isEqualTo(said.delta());
        if (counts != result) {
            assertThat(counted.code()).isEqualTo("STATE_WRITE_FAILED");
            assertThat(counted.retryable()).isFalse();
            assertThat(counted.message()).contains("put back", "states import");
        } else {
            assertThat(counted).isSameAs(said);
        }
    }

    private static EndingRun ending(@Nullable String md5) {
        RunRow row =
                new RunRow(
                        "run",
                        new StackRef("acme", 1, "database"),
                        RunKind.APPLY,
                        RunPhase.APPLYING,
                        null,
                        1,
                        1,
                        1,
                        "lease",
                        1,
                        null,
                        Instant.EPOCH);
        return new EndingRun(row, 0, false, true, md5, 1);
    }
}
