package io.leasehold.state;

import io.smallrye.mutiny.Uni;

/**
 * Carries a step to its end though nobody waits for it any more. A session that is closed in the
 * middle of a statement gives its connection back while the step still uses it: what the step does
 * then, a commit for one, happens to whoever has the connection next. So a client that hangs up
 * never cancels work on the database, only waits between it.
 */
public final class Uncancelled {
    private Uncancelled() {}

    /** The same step, without a way to cancel it once it has begun. Any thread. */
    public static <T> Uni<T> of(Uni<T> step) {
        return Uni.createFrom()
                .emitter(emitter -> step.subscribe().with(emitter::complete, emitter::fail));
    }
}
