package io.leasehold.state;

import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Makes ids. Safe for use by any thread.
 *
 * <p>Ids from {@link #next()} sort by time, so that newest rows lie together in an index; those
 * from {@link #secret()} cannot be guessed and order nothing.
 */
@ApplicationScoped
public class Ids {
    private static final int SECRET_BYTES = 16;

    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /** Takes the time from this clock. */
    public Ids(Clock clock) {
        this.clock = clock;
    }

    /** A UUID of version 7 as text: 48 bits of milliseconds, the rest random. */
    public String next() {
        long millis = clock.millis();
        long high = (millis << 16) | 0x7000L | (random.nextLong() & 0x0FFFL);
        long low = (random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
        return new UUID(high, low).toString();
    }

    /** 128 random bits as lower-case hex: for lease ids, which are the right itself. */
    public String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
