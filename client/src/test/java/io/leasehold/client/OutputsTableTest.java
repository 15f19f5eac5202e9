package io.leasehold.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.events.StackKey;
import io.leasehold.events.outgoing.OutputsWithdrawn;
import io.leasehold.events.outgoing.StackOutputs;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutputsTableTest {
    private static final StackKey KEY = new StackKey("acme", 1, "database");
    private static final StackOutputs FIRST = Outputs.of("acme", 1, 1, 1);
    private static final StackOutputs SECOND = Outputs.of("acme", 1, 2, 2);

    private final OutputsTable table = new OutputsTable();

    @Test
    void takesWhatIsNewer() {
        assertThat(table.published(FIRST)).contains(new OutputsChange.Published(FIRST));
        assertThat(table.published(SECOND)).contains(new OutputsChange.Published(SECOND));
        assertThat(table.current(KEY)).isEqualTo(SECOND);
    }

    @Test
    void dropsDuplicatesAndWhatIsOlder() {
        table.published(SECOND);

        assertThat(table.published(SECOND)).isEmpty();
        assertThat(table.published(FIRST)).isEmpty();
        assertThat(table.current(KEY)).isEqualTo(SECOND);
    }

    @Test
    void takesALowerGenerationAfterAnOperatorsRepair() {
        table.published(Outputs.of("acme", 1, 1000, 1));

        assertThat(table.published(SECOND)).isPresent();
    }

    @Test
    void withdrawsAndIsNotBroughtBackByAnOlderRecord() {
        table.published(FIRST);

        assertThat(table.withdrawn(Outputs.withdrawn("acme", 1, 2, 2)))
                .contains(new OutputsChange.Withdrawn(KEY, OutputsWithdrawn.Reason.DESTROYING));
        assertThat(table.published(FIRST)).isEmpty();
        assertThat(table.all()).isEmpty();
    }

    @Test
    void aWithdrawalOfWhatIsNotThereChangesNothingButIsRemembered() {
        assertThat(table.withdrawn(Outputs.withdrawn("acme", 1, 2, 2))).isEmpty();
        assertThat(table.published(FIRST)).isEmpty();
    }

    @Test
    void aLateWithdrawalIsDropped() {
        table.published(SECOND);

        assertThat(table.withdrawn(Outputs.withdrawn("acme", 1, 1, 1))).isEmpty();
        assertThat(table.current(KEY)).isEqualTo(SECOND);
    }

    @Test
    void aTombstoneRemovesWhatIsStillThere() {
        table.published(SECOND);

        assertThat(table.tombstone(KEY)).contains(new OutputsChange.Withdrawn(KEY, null));
        assertThat(table.tombstone(KEY)).isEmpty();
        assertThat(table.published(FIRST)).isEmpty();
    }

    @Test
    void livesOfATenantDoNotTouchEachOther() {
        table.published(Outputs.of("acme", 2, 1, 1));

        assertThat(table.tombstone(KEY)).isEmpty();
        assertThat(table.all()).containsOnlyKeys(new StackKey("acme", 2, "database"));
    }

    @Test
    void tellsTheDifferenceToWhatWasKnown() {
        StackOutputs other = Outputs.of("other", 1, 1, 1);
        table.published(SECOND);
        table.published(other);

        assertThat(
                        table.since(
                                Map.of(
                                        KEY,
                                        FIRST,
                                        other.stackKey(),
                                        other,
                                        new StackKey("gone", 1, "database"),
                                        FIRST)))
                .containsExactly(
                        new OutputsChange.Withdrawn(new StackKey("gone", 1, "database"), null),
                        new OutputsChange.Published(SECOND));
    }
}
