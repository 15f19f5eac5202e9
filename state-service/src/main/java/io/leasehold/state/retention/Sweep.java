package io.leasehold.state.retention;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Lets go of one kind of what grows with time. A round goes over all there is, in batches; any
 * process may do the next batch, and only one does.
 */
public interface Sweep {
    /** The name of the kind, as it is known in the database: never changed. */
    String name();

    /**
     * Does one small batch in the caller's transaction.
     *
     * @param from where the batch before ended; empty at the beginning of a round
     * @param now the time by which it is decided what is past its time
     */
    Uni<Swept> sweep(Mutiny.Session session, String from, Instant now);
}
