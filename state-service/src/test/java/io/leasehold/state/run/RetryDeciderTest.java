package io.leasehold.state.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.events.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RetryDeciderTest {

    @ParameterizedTest
    @CsvSource({
        "THROTTLED, 60 120 240 480 900",
        "PROVIDER_5XX, 15 30 60 120",
        "NETWORK, 15 30 60 120",
        "REGISTRY, 10 20 40 80",
        "EVENTUAL_CONSISTENCY, 60",
        "CAPACITY, 900 1800 3600",
        "STALE_PLAN, 0 0",
        "WORKER_LOST, 0 0 0 0 0",
        "OUTCOME_NOT_TAKEN, 60 120",
        "TIMEOUT, 60",
        "LIMIT_REACHED, 60",
        "UNKNOWN, 60",
        "CONFIG, ''",
        "AUTHZ, ''",
        "STATE_WRITE_FAILED, ''",
        "AUTHN, 15",
        "CREDENTIAL_UNREADABLE, 15 30 60 120",
        "A_CODE_OF_TOMORROW, 60",
    })
    void aRevisionCostsAsManyRunsAsItsCodeAllowsAndWaitsLongerEachTime(String code, String waits) {
        List<String> seen = new ArrayList<>();
        int spent = 0;
        while (decide(code, spent, false, 0.0) instanceof RetryDecider.Verdict.Retry retry) {
            seen.add(Long.toString(retry.delay().toSeconds()));
            spent = retry.spent();
        }

        assertThat(String.join(" ", seen)).isEqualTo(waits);
    }

    @ParameterizedTest
    @EnumSource(value = ErrorCode.class)
    void whatTheContractSaysIsRetriedIs(ErrorCode code) {
        if (code.retryable()) {
            assertThat(decide(code.name(), 0, false, 0.0))
                    .isInstanceOf(RetryDecider.Verdict.Retry.class);
        }
    }

    @ParameterizedTest
    @EnumSource(value = ErrorCode.class)
    void nothingIsRetriedThatTheWorkerSaysIsHopeless(ErrorCode code) {
        RetryDecider.Verdict verdict =
                RetryDecider.decide(new RetryDecider.Failure(code.name(), false, 0, false), 0.0);

        assertThat(verdict).isEqualTo(new RetryDecider.Verdict.GiveUp(1, false));
    }

    @ParameterizedTest
    @EnumSource(value = ErrorCode.class)
    void whatFailedWithSomethingNewerWaitingIsMoot(ErrorCode code) {
        assertThat(decide(code.name(), 0, true, 0.0))
                .isEqualTo(new RetryDecider.Verdict.Superseded());
    }

    @Test
    void aLimitThatIsReachedIsSaidAndWhatNeverHadOneIsNot() {
        assertThat(decide("NETWORK", 4, false, 0.0))
                .isEqualTo(new RetryDecider.Verdict.GiveUp(5, true));
        assertThat(decide("CONFIG", 0, false, 0.0))
                .isEqualTo(new RetryDecider.Verdict.GiveUp(1, false));
    }

    @Test
    void aHeldLockCostsNoTryHoweverOften() {
        assertThat(decide("LOCK_HELD", 3, false, 0.0))
                .isEqualTo(new RetryDecider.Verdict.Retry(Duration.ofSeconds(80), 3));
    }

    @Test
    void aFaultOfTheWorkerCostsNoTryHoweverOften() {
        assertThat(decide("WORKER_FAULT", 0, false, 0.0))
                .isEqualTo(new RetryDecider.Verdict.Retry(Duration.ofSeconds(15), 0));
        assertThat(decide("WORKER_FAULT", 99, false, 0.0))
                .isEqualTo(new RetryDecider.Verdict.Retry(Duration.ofMinutes(2), 99));
    }

    @Test
    void jitterTakesAtMostHalfOfTheWait() {
        assertThat(decide("NETWORK", 0, false, 0.999))
                .isInstanceOfSatisfying(
                        RetryDecider.Verdict.Retry.class,
                        retry ->
                                assertThat(retry.delay())
                                        .isBetween(
                                                Duration.ofMillis(7_500),
                                                Duration.ofMillis(7_600)));
    }

    private static RetryDecider.Verdict decide(
            String code, int spent, boolean newer, double jitter) {
        return RetryDecider.decide(new RetryDecider.Failure(code, true, spent, newer), jitter);
    }
}
