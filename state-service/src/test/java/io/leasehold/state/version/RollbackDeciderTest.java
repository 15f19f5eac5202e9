package io.leasehold.state.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.StateMark;
import io.leasehold.ledger.api.StateVersionView;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.tfstate.StackHold;
import io.leasehold.state.version.RollbackDecider.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RollbackDeciderTest {
    static final StackRef STACK = new StackRef("acme", 1, "database");

    @ParameterizedTest(name = "target {0} {1} lineage {2}, current {3}, lease {4}, lock {5}: {6}")
    @CsvSource(
            nullValues = "-",
            value = {
                "3, RUN,      lin,   5, -,  -, back",
                "3, SEED,     lin,   5, -,  -, back",
                "3, PERSON,   lin,   5, -,  -, back",
                "3, ROLLBACK, lin,   5, -,  -, back",
                "3, ADOPTED,  lin,   5, -,  -, back",
                "3, ORPHAN,   lin,   5, -,  -, ORPHAN_STATE",
                "3, RUN,      other, 5, -,  -, LINEAGE_MISMATCH",
                "5, RUN,      lin,   5, -,  -, STATE_CURRENT",
                "3, RUN,      lin,   -, -,  -, STATE_UNKNOWN",
                "-, RUN,      lin,   5, -,  -, STATE_UNKNOWN",
                "3, DELETED,  lin,   5, -,  -, STATE_UNKNOWN",
                "3, RUN,      lin,   5, l1, -, LOCKED",
                "3, RUN,      lin,   5, -,  p, LOCKED",
                "3, ORPHAN,   lin,   5, l1, -, ORPHAN_STATE"
            })
    void goesBackOnlyWithinALineageAndWhileNobodyHoldsTheStack(
            @Nullable Long target,
            String kind,
            String lineage,
            @Nullable Long current,
            @Nullable String lease,
            @Nullable String lock,
            String expected) {
        Verdict verdict =
                RollbackDecider.decide(
                        STACK,
                        hold(lease, lock),
                        current == null ? null : version(current, "RUN", "lin"),
                        3,
                        target == null ? null : version(target, kind, lineage));

        assertThat(words(verdict)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} forgotten, said {1}: {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "0, -, -",
                "0, 3, -",
                "3, 3, -",
                "3, -, STATE_FORGETS",
                "3, 2, STATE_FORGETS",
                "3, 0, STATE_FORGETS"
            })
    void whatIsForgottenIsForgottenOnlyWhenItsNumberIsSaid(
            long count, @Nullable Long said, @Nullable String expected) {
        Forgotten forgotten = new Forgotten(true, count, List.of());

        assertThat(RollbackDecider.objection(3, forgotten, said).map(Refusal::code).orElse(null))
                .isEqualTo(expected);
    }

    @Test
    void thereIsNoSerialAfterTheLast() {
        assertThat(RollbackDecider.after(STACK, Long.MAX_VALUE - 1)).isEqualTo(Long.MAX_VALUE);
        assertThatThrownBy(() -> RollbackDecider.after(STACK, Long.MAX_VALUE))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.code()).isEqualTo("SERIAL_EXHAUSTED"));
    }

    private static String words(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Back _ -> "back";
            case Verdict.Refuse refuse -> refuse.why().code();
        };
    }

    static StackHold hold(@Nullable String lease, @Nullable String lock) {
        return new StackHold(true, lease, "run", "worker", "since", lock, "{}", "me", "then");
    }

    static StateVersionView version(long version, String kind, String lineage) {
        boolean deleted = kind.equals("DELETED");
        return new StateVersionView(
                STACK,
                version,
                lineage,
                version,
                "md5",
                10,
                deleted ? "RUN" : kind,
                null,
                "me",
                "then",
                null,
                null,
                deleted ? new StateMark("DELETED", "me", "then", "why") : null,
                null,
                null);
    }
}
