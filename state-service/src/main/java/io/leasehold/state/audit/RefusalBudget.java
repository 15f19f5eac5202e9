package io.leasehold.state.audit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Bounds how much a caller can make us write by being refused: so many entries a minute for each,
 * and what is more is counted. Safe for use by any thread.
 */
final class RefusalBudget {
    private static final Duration WINDOW = Duration.ofMinutes(1);

    /** Callers are told apart up to this number; the one not heard of for longest is forgotten. */
    private static final int MOST_CALLERS = 1000;

    private final int most;
    private final Clock clock;
    private final Map<String, Window> windows = new LinkedHashMap<>(16, 0.75f, true);

    RefusalBudget(int most, Clock clock) {
        this.most = most;
        this.clock = clock;
    }

    private static final class Window {
        private Instant begin = Instant.MIN;
        private int written;
        private int untold;
    }

    /** How many were passed over since the entry before, or empty when this one is passed over. */
    synchronized OptionalInt take(String caller) {
        Window window = windows.computeIfAbsent(caller, _ -> new Window());
        if (windows.size() > MOST_CALLERS) {
            windows.remove(windows.keySet().iterator().next());
        }
        Instant now = clock.instant();
        if (!now.isBefore(end(window))) {
            window.begin = now;
            window.written = 0;
        }
        if (window.written == most) {
            window.untold++;
            return OptionalInt.empty();
        }
        window.written++;
        int untold = window.untold;
        window.untold = 0;
        return OptionalInt.of(untold);
    }

    private static Instant end(Window window) {
        return window.begin.equals(Instant.MIN) ? Instant.MIN : window.begin.plus(WINDOW);
    }
}
