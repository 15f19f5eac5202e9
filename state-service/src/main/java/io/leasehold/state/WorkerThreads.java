package io.leasehold.state;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Callable;

/**
 * Takes work that is long for an event loop (parsing, compressing, encrypting megabytes) to a
 * worker thread and comes back with the result on the context that asked, so that a session may go
 * on.
 */
@ApplicationScoped
public class WorkerThreads {
    private final Vertx vertx;

    /** Uses this Vert.x's worker pool. */
    public WorkerThreads(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Runs it when subscribed to. What it throws is the failure. */
    public <T> Uni<T> call(Callable<T> work) {
        return Uni.createFrom()
                .completionStage(() -> vertx.executeBlocking(work, false).toCompletionStage());
    }
}
