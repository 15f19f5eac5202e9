package io.leasehold.provisioner.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is tried again, and how often. */
class PatienceTest {

    private static final Patience.Limits LIMITS = new Patience.Limits(3, Duration.ofSeconds(60));

    private final AtomicLong nanos = new AtomicLong();

    @ParameterizedTest
    @CsvSource({
        "400, REFUSAL",
        "401, REFUSAL",
        "403, REFUSAL",
        "404, REFUSAL",
        "409, REFUSAL",
        "413, REFUSAL",
        "423, REFUSAL",
        "408, OUTAGE",
        "429, OUTAGE",
        "502, OUTAGE",
        "503, OUTAGE",
        "504, OUTAGE",
        "500, FAULT",
        "501, FAULT",
        "505, FAULT",
        "507, FAULT",
        "599, FAULT"
    })
    void everyStatusIsOneOfThree(int status, Trouble trouble) {
        assertThat(Trouble.of(status)).isEqualTo(trouble);
    }

    @ParameterizedTest
    @CsvSource({
        // trouble, faults so far, seconds of nothing but faults, again
        "OUTAGE,  0,    0, true",
        "OUTAGE,  9, 9999, true",
        "FAULT,   1,    0, true",
        "FAULT,   2,   59, true",
        "FAULT,   2,   60, false",
        "FAULT,   3,    0, false",
        "FAULT,   9,    0, false",
        "REFUSAL, 0,    0, false",
        "REFUSAL, 2,    9, false",
    })
    void anOutageIsOutlastedAndAFaultIsBounded(
            Trouble trouble, int faults, long seconds, boolean again) {
        assertThat(
                        Patience.again(
                                trouble,
                                new Patience.Faults(faults, Duration.ofSeconds(seconds)),
                                LIMITS))
                .isEqualTo(again);
    }

    @Test
    void faultsAreCountedWhateverComesBetweenThem() {
        Patience patience = new Patience(LIMITS, nanos::get);

        assertThat(patience.after(Trouble.FAULT)).isPresent();
        assertThat(patience.after(Trouble.OUTAGE)).isPresent();
        assertThat(patience.after(Trouble.FAULT)).isPresent();
        assertThat(patience.after(Trouble.OUTAGE)).isPresent();
        assertThat(patience.after(Trouble.FAULT)).isEmpty();
    }

    @Test
    void theTimeOfAnOutageIsNotHeldAgainstTheRequest() {
        Patience patience = new Patience(LIMITS, nanos::get);

        patience.after(Trouble.FAULT);
        nanos.addAndGet(Duration.ofSeconds(30).toNanos());
        patience.after(Trouble.OUTAGE);
        nanos.addAndGet(Duration.ofHours(1).toNanos());

        assertThat(patience.after(Trouble.FAULT)).isPresent();
    }

    @Test
    void faultsThatTakeLongEndByTime() {
        Patience patience = new Patience(LIMITS, nanos::get);

        patience.after(Trouble.FAULT);
        nanos.addAndGet(Duration.ofSeconds(61).toNanos());

        assertThat(patience.after(Trouble.FAULT)).isEmpty();
    }

    @Test
    void pausesGrowToFiveSeconds() {
        Patience patience = new Patience(Patience.Limits.NONE, nanos::get);
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Optional<Duration> pause = patience.after(Trouble.FAULT);
            pauses.add(pause.orElseThrow().toMillis());
            nanos.addAndGet(Duration.ofDays(1).toNanos());
        }

        assertThat(pauses).containsExactly(100L, 200L, 400L, 800L, 1600L, 3200L, 5000L, 5000L);
    }
}
