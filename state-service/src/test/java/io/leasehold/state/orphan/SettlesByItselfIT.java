package io.leasehold.state.orphan;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the service looks at orphans: as it does everywhere but in the tests of this module. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(
        value = TestTokens.class,
        initArgs = {
            @ResourceArg(name = "leasehold.orphans.settle", value = "true"),
            @ResourceArg(name = "leasehold.orphans.look", value = "PT1S")
        })
class SettlesByItselfIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;

    private OrphanScene scene;

    @BeforeEach
    void aTenantWithOneThing() {
        scene = new OrphanScene(ledger, worker).applied();
    }

    @Test
    void whoeverHandsOneInFindsItSettledWhenItIsAnswered() {
        Claim lost = scene.losesItsLease();

        scene.handsIn(lost, 3, "db=i-1", "late=i-2");

        assertThat(scene.open()).isEmpty();
        assertThat(scene.takesOver().stateVersion()).isEqualTo(4);
    }

    @Test
    void oneThatIsLargeIsSettledSoonAfterIt() throws Exception {
        Claim lost = scene.losesItsLease();

        scene.handsIn(lost, 3, "db=i-1", "late=" + "x".repeat(2 * 1024 * 1024));

        eventually(Duration.ofSeconds(20), () -> assertThat(scene.open()).isEmpty());
        assertThat(scene.takesOver().stateVersion()).isEqualTo(4);
    }

    @Test
    void aDeleteThatWaitedGoesOnWhenAPersonHasDismissedWhatALaterRunTookOver() throws Exception {
        Claim lost = scene.losesItsLease();
        Claim next = scene.takesOver();
        scene.handsIn(lost, 5, "db=i-1", "late=i-2");
        assertThat(scene.finding()).isEqualTo("WAITING");
        worker.writes(next, scene.owning(3, "db=i-1"));
        scene.deletes(3);
        worker.writes(next, scene.owning(4, "db=i-1", "late=i-2"));
        worker.succeeds(next);

        eventually(
                Duration.ofSeconds(20), () -> assertThat(scene.finding()).isEqualTo("TAKEN_OVER"));
        assertThat(scene.claim()).isEmpty();

        assertThat(scene.settles("dismiss", 3).status()).isEqualTo(200);

        assertThat(scene.takesOver().kind()).isEqualTo(RunKind.DESTROY);
    }
}
