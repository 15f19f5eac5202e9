package io.leasehold.state.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.keys.DeletionDecider.Facts;
import io.leasehold.state.keys.DeletionDecider.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeletionDeciderTest {
    private static final DeletionDecider.Key KEY = new DeletionDecider.Key("k1", "raw-1", false);

    private static List<String> names(@Nullable String joined) {
        return joined == null ? List.of() : List.of(joined.split(" "));
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    # gone, standing, retained, unmanaged, locked, orphaned, old seals, key, verdict
                    true,   ,         ,         ,          ,       ,         false, live,    DELETE
                    true,   ,         ,         ,          ,       ,         false, none,    KEY_UNKNOWN
                    true,   ,         ,         ,          ,       ,         false, deleted, KEY_DELETED
                    false,  ,         ,         ,          ,       ,         false, live,    KEY_IN_USE
                    false,  a b,      ,         ,          ,       ,         false, live,    KEY_IN_USE
                    true,   a,        ,         ,          ,       ,         false, live,    KEY_IN_USE
                    true,   ,         a,        ,          ,       ,         false, live,    KEY_RETAINED
                    false,  b,        a,        ,          ,       ,         false, live,    KEY_RETAINED
                    true,   ,         a,        ,          ,       ,         true,  none,    KEY_RETAINED
                    true,   ,         a,        ,          ,       ,         false, deleted, KEY_DELETED
                    true,   ,         ,         a,         ,       ,         false, live,    KEY_IN_USE
                    true,   ,         ,         ,          a,      ,         false, live,    KEY_IN_USE
                    true,   ,         ,         ,          ,       a,        false, live,    KEY_IN_USE
                    true,   ,         ,         ,          ,       ,         true,  live,    OLD_SEALS
                    true,   ,         ,         ,          ,       ,         true,  none,    OLD_SEALS
                    """)
    void everyCaseHasItsAnswer(
            boolean gone,
            @Nullable String standing,
            @Nullable String retained,
            @Nullable String unmanaged,
            @Nullable String locked,
            @Nullable String orphaned,
            boolean oldSeals,
            String key,
            String verdict) {
        Facts facts =
                new Facts(
                        "t/1",
                        gone,
                        names(standing),
                        names(retained),
                        names(unmanaged),
                        names(locked),
                        names(orphaned),
                        oldSeals,
                        key.equals("none")
                                ? null
                                : new DeletionDecider.Key("k1", "raw-1", key.equals("deleted")));

        switch (DeletionDecider.decide(facts, "t/1")) {
            case Verdict.Delete delete -> {
                assertThat(verdict).isEqualTo("DELETE");
                assertThat(delete.key()).isEqualTo(KEY);
            }
            case Verdict.Refuse refuse -> {
                assertThat(refuse.code()).isEqualTo(verdict);
                assertThat(refuse.what()).contains("t/1");
            }
        }
    }

    @Test
    void anUnknownLifeIsNotFound() {
        assertThat(DeletionDecider.decide(null, "t/1"))
                .isInstanceOfSatisfying(
                        Verdict.Refuse.class, refuse -> assertThat(refuse.status()).isEqualTo(404));
    }
}
