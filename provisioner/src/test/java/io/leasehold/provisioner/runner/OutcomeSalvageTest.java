package io.leasehold.provisioner.runner;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Delta;
import io.leasehold.ledger.api.OutcomeRequest;
import io.leasehold.provisioner.ledger.HttpLedger;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.ledger.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Outcomes that a worker could not tell before it ended. */
@Timeout(20)
class OutcomeSalvageTest {

    private static final OutcomeRequest OUTCOME =
            new OutcomeRequest(
                    "lease-1",
                    OutcomeRequest.Result.SUCCEEDED,
                    null,
                    null,
                    false,
                    new Delta(1, 0, 0),
                    "1.12.6",
                    "md5-1");

    @TempDir Path folder;

    private final Set<String> atWork = new HashSet<>();
    private final AtomicInteger asked = new AtomicInteger();
    private OutcomeSpool spool;

    @BeforeEach
    void anOutcomeThatWasNotTold() throws IOException {
        Deliveries.outcomes(folder).keep("run-1", OUTCOME);
        spool = Deliveries.outcomes(folder);
    }

    private int told(IntUnaryOperator answers, Consumer<OutcomeSalvage> work) throws IOException {
        try (HttpLedger service =
                new HttpLedger(_ -> answers.applyAsInt(asked.incrementAndGet()))) {
            work.accept(
                    new OutcomeSalvage(
                            spool,
                            new Ledger(service),
                            new Patience.Limits(2, Duration.ofMinutes(1)),
                            atWork::contains));
            return service.outcomes().size();
        }
    }

    @Test
    void isToldByTheNextStartWordForWordAndForgotten() throws Exception {
        assertThat(spool.read("run-1")).isEqualTo(OUTCOME);

        assertThat(told(_ -> 204, OutcomeSalvage::tellPersistently)).isEqualTo(1);

        assertThat(spool.runs()).isEmpty();
    }

    @Test
    void isToldOnceTheServiceIsBack() throws Exception {
        assertThat(told(n -> n < 3 ? 503 : 204, OutcomeSalvage::tellPersistently)).isEqualTo(3);

        assertThat(spool.runs()).isEmpty();
    }

    @Test
    void isDroppedWhenSomebodyElseHasTheStack() throws Exception {
        assertThat(told(_ -> 409, OutcomeSalvage::tellPersistently)).isEqualTo(1);

        assertThat(spool.runs()).isEmpty();
    }

    @Test
    void isKeptWhereOnlyTheWorkerIsNotKnown() throws Exception {
        assertThat(told(_ -> 401, OutcomeSalvage::tellPersistently)).isEqualTo(1);
        assertThat(told(_ -> 403, OutcomeSalvage::tell)).isEqualTo(1);

        assertThat(spool.runs()).containsExactly("run-1");
    }

    @Test
    void aFaultOfTheServiceHoldsUpNoStartAndARoundTriesOnce() throws Exception {
        assertThat(told(_ -> 500, OutcomeSalvage::tellPersistently)).isEqualTo(2);
        assertThat(told(_ -> 500, OutcomeSalvage::tell)).isEqualTo(1);
        assertThat(told(_ -> 503, OutcomeSalvage::tell)).isEqualTo(1);

        assertThat(spool.runs()).containsExactly("run-1");
    }

    @Test
    void thatOfARunAtWorkIsItsOwnToTell() throws Exception {
        atWork.add("run-1");

        assertThat(told(_ -> 204, OutcomeSalvage::tell)).isZero();
    }

    @Test
    void nothingOfItCanBeReadFromTheDisk() throws Exception {
        byte[] file = Files.readAllBytes(folder.resolve("spool/run-1.outcome"));

        assertThat(new String(file, ISO_8859_1))
                .contains("run-1")
                .doesNotContain("lease-1", "md5-1");
    }
}
