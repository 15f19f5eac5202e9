package io.leasehold.state.sealing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DataKeyCacheTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final KeyOwner OWNER = KeyOwner.life("t", 1);

    private final AtomicLong nanos = new AtomicLong();
    private final DataKeyCache cache = new DataKeyCache(100, MINUTE.multipliedBy(5), nanos::get);

    private static KeyState.Present read(long at) {
        return new KeyState.Present("k", DataKey.fresh(new byte[32]), true, at);
    }

    @Test
    void aKeyIsForgottenSoLongAfterItsRowWasReadHoweverOftenItIsUsed() {
        cache.put(OWNER, read(0));
        for (int minute = 1; minute < 5; minute++) {
            nanos.set(MINUTE.multipliedBy(minute).toNanos());
            assertThat(cache.get(OWNER)).isNotNull();
        }

        nanos.set(MINUTE.multipliedBy(5).toNanos() + 1);

        assertThat(cache.get(OWNER)).isNull();
    }

    @Test
    void theTimeCountsFromTheReadAndNotFromWhenTheKeyWasUnwrapped() {
        nanos.set(MINUTE.multipliedBy(4).toNanos());
        cache.put(OWNER, read(0));

        nanos.set(MINUTE.multipliedBy(5).toNanos() + 1);

        assertThat(cache.get(OWNER)).isNull();
    }

    @Test
    void aLaterReadGivesANewTime() {
        cache.put(OWNER, read(0));
        nanos.set(MINUTE.multipliedBy(4).toNanos());
        cache.put(OWNER, read(nanos.get()));

        nanos.set(MINUTE.multipliedBy(8).toNanos());

        assertThat(cache.get(OWNER)).isNotNull();
    }

    @Test
    void noMoreKeysAreKeptThanAllowed() {
        KeyState.Present key = read(0);
        IntStream.range(0, 1000).forEach(i -> cache.put(KeyOwner.life("t", i), key));

        assertThat(IntStream.range(0, 1000).filter(i -> cache.get(KeyOwner.life("t", i)) != null))
                .hasSizeLessThanOrEqualTo(100);
    }
}
