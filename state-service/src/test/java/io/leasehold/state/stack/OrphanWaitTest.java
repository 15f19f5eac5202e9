package io.leasehold.state.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.Disposition;
import io.leasehold.state.stack.PlannedTenant.Run;
import io.leasehold.state.stack.Situation.Lifecycle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stack with an orphan that nobody settled is not destroyed. */
class OrphanWaitTest {
    private final PlannedTenant tenant = new PlannedTenant();

    @BeforeEach
    void bothStacksAreThere() {
        tenant.register("1.0.0", PlanDeciderTest.DOCUMENT);
        tenant.wants(1, "1.0.0", 3);
        tenant.settles();
    }

    @AfterEach
    void planningAgainChangesNothing() {
        assertThat(tenant.again().stacks()).isEmpty();
    }

    @Test
    void aDeleteWaitsForItAndGoesOnWhenItIsSettled() {
        tenant.orphaned.add("b");

        tenant.deleted(2);

        assertThat(tenant.due()).isEmpty();
        assertThat(tenant.stack("b").waitingCode()).isEqualTo("ORPHAN_STATE");
        assertThat(tenant.stack("b").waitingReason()).contains("leasehold states orphans");
        assertThat(tenant.stack("a").waitingCode()).isEqualTo(Waits.DEPENDENTS);
        assertThat(tenant.events.getLast()).isEqualTo(Disposition.PENDING);

        tenant.orphaned.clear();
        tenant.plan();
        tenant.settles();

        assertThat(tenant.gone).isTrue();
        assertThat(tenant.events.getLast()).isEqualTo(Disposition.APPLIED);
    }

    @Test
    void outputsAreWithdrawnThoughTheDestroyWaits() {
        tenant.orphaned.add("a");

        tenant.deleted(2);

        assertThat(tenant.published).contains("withdrawn a");
    }

    @Test
    void aStackThatItsBlueprintNoLongerHasWaitsToo() {
        tenant.orphaned.add("b");
        tenant.register(
                "2.0.0",
                PlanDeciderTest.DOCUMENT.substring(0, PlanDeciderTest.DOCUMENT.indexOf("  b:")));

        tenant.wants(2, "2.0.0", 3);

        assertThat(tenant.stack("b").waitingCode()).isEqualTo("ORPHAN_STATE");
        assertThat(tenant.stack("a").waitingCode()).isNull();
    }

    @Test
    void whatIsKeptByPolicyOrStillWantedDoesNotWait() {
        tenant.orphaned.add("a");
        tenant.orphaned.add("b");

        tenant.wants(2, "1.0.0", 4);
        assertThat(tenant.due()).containsExactly("a");
        tenant.settles();
        tenant.deletedKeeping(3);

        assertThat(tenant.gone).isTrue();
    }

    @Test
    void aStackThatWasNeverBegunButHasAnOrphanIsNotTakenForNeverBuilt() {
        PlannedTenant fresh = new PlannedTenant();
        fresh.register("1.0.0", PlanDeciderTest.DOCUMENT);
        fresh.wants(1, "1.0.0", 3);
        fresh.orphaned.add("a");

        fresh.deleted(2);

        assertThat(fresh.stack("a").destroyed()).isFalse();
        assertThat(fresh.stack("a").waitingCode()).isEqualTo("ORPHAN_STATE");
    }

    @Test
    void whileTheTenantIsSuspendedTheOrphanIsWhatPeopleAreToldOf() {
        tenant.orphaned.add("b");
        tenant.register(
                "2.0.0",
                PlanDeciderTest.DOCUMENT.substring(0, PlanDeciderTest.DOCUMENT.indexOf("  b:")));

        tenant.wants(2, "2.0.0", 3, Lifecycle.SUSPENDED);

        assertThat(tenant.stack("b").waitingCode()).isEqualTo("ORPHAN_STATE");
    }

    @Test
    void aDestroyThatIsAtWorkIsNotStoppedByOne() {
        tenant.deleted(2);
        Run destroy = tenant.claims("b");
        tenant.orphaned.add("b");
        tenant.plan();

        tenant.succeeds(destroy, "");

        assertThat(tenant.stack("b").destroyed()).isTrue();
        assertThat(tenant.due()).containsExactly("a");
    }
}
