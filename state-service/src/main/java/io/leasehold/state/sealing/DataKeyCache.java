package io.leasehold.state.sealing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Unwrapped data keys: so many at most, and none longer than that after its row was read, so that a
 * key that was deleted elsewhere is dead here too. Safe to share.
 */
final class DataKeyCache {
    private final Cache<KeyOwner, KeyState.Present> keys;
    private final Ticker ticker;

    DataKeyCache(int most, Duration keyTime, Ticker ticker) {
        this.ticker = ticker;
        this.keys =
                Caffeine.newBuilder()
                        .maximumSize(most)
                        .ticker(ticker)
                        .executor(Runnable::run)
                        .expireAfter(
                                Expiry.writing((KeyOwner _, KeyState.Present key) ->
                                        keyTime.minusNanos(ticker.read() - key.readAt())))
                        .build();
    }

    /** Now, in nanoseconds of the process. */
    long now() {
        return ticker.read();
    }

    KeyState.@Nullable Present get(KeyOwner owner) {
        return keys.getIfPresent(owner);
    }

    void put(KeyOwner owner, KeyState.Present key) {
        keys.put(owner, key);
    }

    void forget(KeyOwner owner) {
        keys.invalidate(owner);
    }

    void forgetAll() {
        keys.invalidateAll();
    }
}
