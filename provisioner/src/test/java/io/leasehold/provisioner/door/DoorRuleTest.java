package io.leasehold.provisioner.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a rule speaks of. */
class DoorRuleTest {

    @ParameterizedTest
    @CsvSource({
        "db.internal, db.internal, true",
        "DB.Internal, db.internal, true",
        "db.internal, x.db.internal, false",
        "db.internal, db.internal.evil, false",
        "*.kafka.internal, b1.kafka.internal, true",
        "*.kafka.internal, kafka.internal, false",
        "*.kafka.internal, a.b.kafka.internal, false",
        "*.kafka.internal, evilkafka.internal, false",
        "*.kafka.internal, .kafka.internal, false",
    })
    void aPatternStandsForExactlyOneLabel(String rule, String host, boolean matches) {
        assertThat(DoorRule.resolving(rule, 9092).matches(host, 9092)).isEqualTo(matches);
    }

    @Test
    void thePortBelongsToTheRule() {
        assertThat(DoorRule.resolving("db.internal", 5432).matches("db.internal", 5433)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "*", "*.", "a..b", "a b", "-a", "a*.b", "x.*.y", "a/b", "a\nb", "_x", ".a"
            })
    void whatIsNoNameIsRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> DoorRule.resolving(name, 443));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 65536})
    void whatIsNoPortIsRefused(int port) {
        assertThatIllegalArgumentException().isThrownBy(() -> DoorRule.resolving("db", port));
    }

    @ParameterizedTest
    @CsvSource({
        // platform, blueprint, both
        "db.internal:5432, db.internal:5432, db.internal:5432",
        "*.s3.test:443, *.s3.test:443, *.s3.test:443",
        "*.s3.test:443, bucket.s3.test:443, bucket.s3.test:443",
        "bucket.s3.test:443, *.s3.test:443, bucket.s3.test:443",
        "*.s3.test:443, a.b.s3.test:443,",
        "db.internal:5432, db.internal:5433,",
        "db.internal:5432, other.internal:5432,",
        "*.s3.test:443, *.test:443,",
    })
    void whatPlatformAndBlueprintBothAllowIsTheNarrower(
            String platform, String blueprint, @Nullable String both) {
        int colon = platform.indexOf(':');
        DoorRule rule =
                new DoorRule(
                        platform.substring(0, colon),
                        Integer.parseInt(platform.substring(colon + 1)),
                        Optional.of("10.0.0.7:1"),
                        List.of(AddressRange.of("10.0.0.0/24"), AddressRange.of("fd00::/8")));

        assertThat(rule.meet(blueprint).map(DoorRule::endpoint))
                .isEqualTo(Optional.ofNullable(both));
        assertThat(rule.meet(blueprint).stream())
                .allSatisfy(met -> assertThat(met.connect()).isEqualTo(rule.connect()))
                .allSatisfy(met -> assertThat(met.within()).isEqualTo(rule.within()));
    }
}
