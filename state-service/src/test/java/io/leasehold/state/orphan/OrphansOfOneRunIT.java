package io.leasehold.state.orphan;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Claim;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestTokens;
import io.leasehold.state.TestWorker;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A run that wrote more than one state after it had lost its lease. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class OrphansOfOneRunIT {
    @Inject Ledger ledger;
    @Inject TestWorker worker;
    @Inject OrphanSettler settler;

    private OrphanScene scene;
    private Claim lost;

    @BeforeEach
    void aRunThatLostItsLease() {
        scene = new OrphanScene(ledger, worker).applied();
        lost = scene.losesItsLease();
    }

    @Test
    void theSecondComesOnTopOfTheFirstThatWasAdopted() {
        scene.handsIn(lost, 3, "db=i-1", "late=i-2");
        looks();
        assertThat(scene.stack.served()).contains("i-2");

        scene.handsIn(lost, 4, "db=i-1", "late=i-2", "more=i-3");
        looks();

        assertThat(scene.open()).isEmpty();
        assertThat(scene.stack.served()).contains("i-3");
        assertThat(scene.all().toString())
                .contains("nobody has written since version 4, upon which its run worked");
    }

    @Test
    void soItDoesWithTheSameSerial() {
        scene.handsIn(lost, 3, "db=i-1", "late=i-2");
        looks();

        scene.handsIn(lost, 3, "db=i-1", "late=i-2", "more=i-3");
        looks();

        assertThat(scene.open()).isEmpty();
        assertThat(scene.stack.served()).contains("i-3");
    }

    @Test
    void aPersonCanDoTheSame() {
        scene.handsIn(lost, 3, "db=i-1", "late=i-2");
        assertThat(scene.settles("adopt", 3).status()).isEqualTo(200);
        scene.handsIn(lost, 4, "db=i-1", "late=i-2", "more=i-3");

        assertThat(scene.settles("adopt", 5).status()).isEqualTo(200);

        assertThat(scene.stack.served()).contains("i-3");
    }

    @Test
    void ofTwoThatAreOpenTheLaterIsAdoptedAndTheEarlierIsOfNoUseThen() {
        scene.handsIn(lost, 3, "db=i-1", "gone=i-9");
        scene.handsIn(lost, 3, "db=i-1", "late=i-2");

        looks();

        assertThat(scene.open()).isEmpty();
        assertThat(scene.stack.served()).contains("i-2").doesNotContain("i-9");
        assertThat(scene.all().path(0).toString())
                .contains("nothing is lost: version 5 is what the same run wrote later");
        assertThat(scene.all().path(1).path("settled").path("what").asText()).isEqualTo("ADOPTED");
    }

    @Test
    void aPersonMayTakeTheEarlierFirst() {
        scene.handsIn(lost, 3, "db=i-1", "gone=i-9");
        scene.handsIn(lost, 3, "db=i-1", "late=i-2");
        assertThat(scene.settles("adopt", 3).status()).isEqualTo(200);

        looks();

        assertThat(scene.open()).isEmpty();
        assertThat(scene.stack.served()).contains("i-2").doesNotContain("i-9");
    }

    @Test
    void whichIsTheLaterItsSerialTells() {
        scene.handsIn(lost, 4, "db=i-1", "late=i-2");
        scene.handsIn(lost, 3, "db=i-1", "gone=i-9");

        looks();
        looks();

        assertThat(scene.open()).isEmpty();
        assertThat(
                        scene.all()
                                .valueStream()
                                .map(each -> each.path("settled").path("what").asText()))
                .containsExactly("ADOPTED", "DISMISSED");
    }

    @Test
    void theEarlierStaysForAsLongAsTheLaterIsOpen() {
        Claim next = scene.takesOver();
        worker.writes(next, scene.owning(3, "db=i-1"));
        worker.succeeds(next);
        scene.handsIn(lost, 5, "db=i-1", "other=i-9");
        scene.handsIn(lost, 6, "db=i-1", "late=i-2");

        looks();
        looks();

        // A person may find the later one to be of no use, and must see the earlier one then.
        assertThat(scene.all().valueStream().map(each -> each.path("settled").isNull()))
                .containsExactly(true, true);
    }

    private void looks() {
        Ledger.await(settler::round);
    }
}
