package io.leasehold.state.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.problem.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunRightTest {
    @ParameterizedTest
    @CsvSource({
        "APPLY,   true,  GET,  ",
        "APPLY,   true,  POST, ",
        "DESTROY, true,  POST, ",
        "DRIFT,   true,  GET,  ",
        "DRIFT,   true,  POST, RUN_READS_ONLY",
        "DRIFT,   true,  PUT,  RUN_READS_ONLY",
        "APPLY,   false, GET,  RUN_OVER",
        "APPLY,   false, POST, RUN_OVER",
        "DRIFT,   false, GET,  RUN_OVER"
    })
    void aRunReadsAndWritesByItsKindAndForAsLongAsItLives(
            RunKind kind, boolean live, String verb, String code) {
        assertThat(right(kind, live).refuses(verb).map(Refusal::code).orElse(null)).isEqualTo(code);
    }

    @Test
    void aRefusalNamesTheRunAndNeverItsLease() {
        Refusal refusal = right(RunKind.APPLY, false).refuses("GET").orElseThrow();

        assertThat(refusal.status()).isEqualTo(403);
        assertThat(refusal.detail()).contains("run-1", "acme/1/db").doesNotContain("lease-1");
        assertThat(right(RunKind.APPLY, true).toString()).doesNotContain("lease-1");
    }

    private static RunRight right(RunKind kind, boolean live) {
        return new RunRight(
                "run-1", kind, new StackRef("acme", 1, "db"), "worker-7", "lease-1", live);
    }
}
