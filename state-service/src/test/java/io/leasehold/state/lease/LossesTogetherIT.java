package io.leasehold.state.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.RunPhase;
import io.leasehold.ledger.api.WorkerRegistration;
import io.leasehold.state.Ledger;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.state.outbox.OutboxSignal;
import io.leasehold.state.run.Outcomes;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.config.SmallRyeConfigBuilder;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether two losses are of one machine: a matter of how often workers beat, and so a setting. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class LossesTogetherIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject Mutiny.SessionFactory sessions;
    @Inject Outcomes outcomes;
    @Inject OutboxSignal outbox;

    @Inject
    @Named(Startup.CLAIMS)
    Signal claims;

    private final String tenant = "t-" + UUID.randomUUID();
    private final String neighbour = "n-" + UUID.randomUUID();

    @ParameterizedTest
    @CsvSource({"PT5S, false", "PT20S, true"})
    void whatWasLostTenSecondsApartIsOfOneMachineOrNot(String together, boolean counts) {
        LostLeases lost = lost(together);
        worker.beginsWithNothingDue();
        isLost(lost, neighbour);
        ledger.update("update lost_run set beaten_at = beaten_at - interval '10 seconds'");
        ledger.update("update stack set due = false where tenant_id = ?", neighbour);

        isLost(lost, tenant);

        assertThat(ledger.column("select counted from lost_run where tenant_id = ?", tenant))
                .containsExactly(counts);
    }

    private LostLeases lost(String together) {
        LeaseConfig config =
                new SmallRyeConfigBuilder()
                        .withMapping(LeaseConfig.class)
                        .withDefaultValue("leasehold.lease.losses-together", together)
                        .build()
                        .getConfigMapping(LeaseConfig.class);
        return new LostLeases(sessions, outcomes, config, claims, outbox);
    }

    /** It has the run, and then its name is another process's. */
    private void isLost(LostLeases lost, String whose) {
        ledger.due(whose);
        worker.beats(
                worker.claim("boot-1", "r-" + UUID.randomUUID(), Lane.LIFECYCLE, 0).orElseThrow(),
                RunPhase.PREPARING);
        Ledger.await(() -> lost.freeOlderBoots(new WorkerRegistration("w1", "boot-2")));
    }
}
