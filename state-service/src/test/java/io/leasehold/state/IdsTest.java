package io.leasehold.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IdsTest {
    private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void anIdIsAVersionSevenUuidOfItsMillisecond() {
        UUID id = UUID.fromString(new Ids(Clock.fixed(AT, ZoneOffset.UTC)).next());

        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(AT.toEpochMilli());
    }

    @Test
    void laterIdsSortBehindEarlierOnes() {
        String earlier = new Ids(Clock.fixed(AT, ZoneOffset.UTC)).next();
        String later = new Ids(Clock.fixed(AT.plus(Duration.ofMillis(1)), ZoneOffset.UTC)).next();

        assertThat(later).isGreaterThan(earlier);
    }

    @Test
    void secretsHave128BitsAndDoNotRepeat() {
        Ids ids = new Ids(Clock.systemUTC());
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            assertThat(seen.add(ids.secret())).isTrue();
        }
        assertThat(seen).allMatch(secret -> secret.matches("[0-9a-f]{32}"));
    }
}
