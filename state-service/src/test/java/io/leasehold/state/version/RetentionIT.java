package io.leasehold.state.version;

import static io.leasehold.state.TestStack.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ledger;
import io.leasehold.state.TestStack;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Old versions go by the rule's standard settings: the 100 newest, 90 days, 30 days deleted. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class RetentionIT {
    @Inject Ledger ledger;
    @Inject Retention retention;

    private final StackRef ref = new StackRef("r-" + UUID.randomUUID(), 1, "database");
    private final TestStack stack = new TestStack(ref);

    @Test
    void whatIsOldAndNotAmongTheNewestGoesInTheRound() {
        hundredAndThree();
        written("version <= 2", 91);

        sweepAll();

        assertThat(numbers()).hasSize(101).doesNotContain(1L, 2L).contains(3L, 103L);
    }

    @Test
    void theVersionThatWasAppliedLastAndAnOpenOrphanStay() {
        hundredAndThree();
        written("true", 91);
        ledger.update(
                """
                update state_version set kind = 'ORPHAN' where tenant_id = ? and version = 2
                """,
                ref.tenantId());
        ledger.update(
                """
                insert into stack_applied (tenant_id, incarnation, stack, revision, generation, module_digest, inputs,
                    endpoints, outputs_allowed, policy, timeout_millis, blueprint_name, blueprint_version,
                    tofu_version, run_id, state_version, applied_at)
                values (?, 1, 'database', 1, 1, 'd', '', '[]', '[]', '{}', 1, 'b', '1', '1', 'r', 3, now())
                """,
                ref.tenantId());

        int gone = Ledger.await(() -> retention.letGo(ref));

        assertThat(gone).isZero();
        assertThat(numbers()).contains(1L, 2L, 3L);
    }

    @Test
    void aDeletedStateGoesWhenItsTimeIsOverAndItsLastNumberStaysTaken() {
        stack.has(state("lin", 1), state("lin", 2), state("lin", 3));
        stack.does("delete", "{'reason':'not wanted any more'}");
        sweepAll();
        assertThat(numbers()).containsExactly(1L, 2L, 3L);
        ledger.update(
                "update state_version set deleted_at = now() - interval '31 days' where tenant_id = ?",
                ref.tenantId());

        sweepAll();

        assertThat(numbers()).containsExactly(3L);
        assertThat(
                        ledger.value(
                                "select octet_length(bytes) from state_version where tenant_id = ?",
                                ref.tenantId()))
                .isEqualTo(0);
        assertThat(stack.does("undelete", "{'reason':'too late'}").code())
                .isEqualTo("STATE_UNKNOWN");
        stack.has(state("new", 1));
        assertThat(numbers()).containsExactly(3L, 4L);
        sweepAll();
        assertThat(numbers()).containsExactly(4L);
        assertThat(stack.served()).isEqualTo(state("new", 1));
    }

    private void hundredAndThree() {
        stack.has(
                IntStream.rangeClosed(1, 103)
                        .mapToObj(serial -> state("lin", serial))
                        .toArray(String[]::new));
    }

    private void written(String which, int daysAgo) {
        ledger.update(
                "update state_version set written_at = now() - "
                        + daysAgo
                        + " * interval '1 day' where tenant_id = ? and "
                        + which,
                ref.tenantId());
    }

    /** More stacks than one sweep looks over may be there. */
    private void sweepAll() {
        long stacks =
                (Long)
                        ledger.column(
                                        "select count(distinct (tenant_id, incarnation, stack)) from state_version")
                                .getFirst();
        for (long swept = 0; swept <= 2 * stacks; swept += 200) {
            Ledger.await(() -> retention.sweep());
        }
    }

    private List<Object> numbers() {
        return ledger.column(
                "select version from state_version where tenant_id = ? order by version",
                ref.tenantId());
    }
}
