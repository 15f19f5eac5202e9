package io.leasehold.events.outgoing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import org.junit.jupiter.api.Test;

class DriftFindingTest {
    @Test
    void leavesOffWhatIsTooMuchAndSaysSo() {
        DriftFinding finding = finding(51, 21);

        assertThat(finding.changes()).hasSize(DriftFinding.MAX_CHANGES);
        assertThat(finding.changes().getFirst().attributes()).hasSize(DriftFinding.MAX_ATTRIBUTES);
        assertThat(finding.truncated()).isTrue();
    }

    @Test
    void leavesOffNothingElse() {
        assertThat(finding(50, 20).truncated()).isFalse();
    }

    private static DriftFinding finding(int changes, int attributes) {
        return new DriftFinding(
                "f",
                DriftFinding.Severity.LOW,
                new DriftFinding.Summary(changes, 0, changes, 0),
                Collections.nCopies(
                        changes,
                        new DriftFinding.Change(
                                "a.b",
                                "a",
                                "update",
                                Collections.nCopies(
                                        attributes, new DriftFinding.Attribute("x", "changed")))),
                false);
    }
}
