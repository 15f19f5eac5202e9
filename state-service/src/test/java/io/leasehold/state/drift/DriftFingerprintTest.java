package io.leasehold.state.drift;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.ledger.api.DriftReport.Attribute;
import io.leasehold.ledger.api.DriftReport.Change;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DriftFingerprintTest {

    @Test
    void theOrderInWhichThingsWereFoundIsNotInIt() {
        Change role = change("role.a", "update", "limit", "login");
        Change topic = change("topic.b", "delete");

        assertThat(DriftFingerprint.of(List.of(role, topic)))
                .isEqualTo(
                        DriftFingerprint.of(
                                List.of(topic, change("role.a", "update", "login", "limit"))))
                .matches("[0-9a-f]{64}");
    }

    @Test
    void addressActionAndPathsAreInIt() {
        String base = DriftFingerprint.of(List.of(change("role.a", "update", "limit")));

        assertThat(base)
                .isNotEqualTo(DriftFingerprint.of(List.of(change("role.b", "update", "limit"))))
                .isNotEqualTo(DriftFingerprint.of(List.of(change("role.a", "delete", "limit"))))
                .isNotEqualTo(DriftFingerprint.of(List.of(change("role.a", "update", "login"))))
                .isNotEqualTo(DriftFingerprint.of(List.of()));
    }

    private static Change change(String address, String action, String... paths) {
        return new Change(
                address,
                "any",
                action,
                Stream.of(paths).map(path -> new Attribute(path, "changed")).toList());
    }
}
