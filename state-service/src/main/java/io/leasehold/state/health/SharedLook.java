package io.leasehold.state.health;

import io.leasehold.state.Uncancelled;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One look at the database for all who want to know: who asks while it is under way shares its
 * answer, and who asks after it begins a new one. It goes on to its end, whoever leaves. Safe for
 * use by any thread.
 */
final class SharedLook<T> {
    private final Uni<T> question;
    private final Duration shared;
    private @Nullable Look underWay;

    /**
     * Looks by that question.
     *
     * @param shared a look that has taken so long is left to itself: its connection may be one on
     *     which nothing ever comes back, and others may answer
     */
    SharedLook(Supplier<Uni<T>> question, Duration shared) {
        this.question = Uni.createFrom().deferred(question::get);
        this.shared = shared;
    }

    /** The answer. Who cancels it only leaves. */
    Uni<T> answer() {
        return Uni.createFrom().deferred(() -> current().answer);
    }

    private synchronized Look current() {
        Look look = underWay;
        if (look == null || look.isNotShared()) {
            look = new Look();
            underWay = look;
        }
        return look;
    }

    private final class Look {
        private final long began = System.nanoTime();
        private volatile boolean over;
        private final Uni<T> answer =
                Uncancelled.of(question)
                        .onTermination()
                        .invoke(() -> over = true)
                        .memoize()
                        .indefinitely();

        private boolean isNotShared() {
            return over || System.nanoTime() - began >= shared.toNanos();
        }
    }
}
