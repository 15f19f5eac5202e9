package io.leasehold.state.connection;

import io.leasehold.state.problem.Refusal;
import io.leasehold.state.problem.RouteProblems;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.Http1xServerConnection;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jspecify.annotations.Nullable;

/**
 * Watches over what is on its way in: refuses bodies that do not come on, and tells each
 * connection's {@link HeadDeadline} and {@link HalfClosed} when a head is there and when the next
 * one may begin.
 */
@ApplicationScoped
class Pace {
    private static final String STATES = "/state/";
    private static final long LEAST = 64L * 1024;

    /** After large bodies are let in: one that waits its turn is not slow. */
    private static final int LATE = 900;

    /** Before everything else. */
    private static final int FIRST = 3000;

    private final ConnectionConfig config;
    private final RouteProblems problems;

    Pace(ConnectionConfig config, RouteProblems problems) {
        this.config = config;
        this.problems = problems;
    }

    void register(@Observes Filters filters) {
        filters.register(Pace::headCame, FIRST);
        filters.register(this::hearOut, FIRST);
        filters.register(this::watchBody, LATE);
    }

    private static void headCame(RoutingContext context) {
        HeadDeadline head = HeadDeadline.of(context.request().connection());
        if (head != null) {
            head.headCame();
            context.addEndHandler(_ -> head.answered());
        }
        context.next();
    }

    /**
     * A state and its lock only: whoever does not hear that a lock was taken cannot free it, while
     * a worker that waits for work and is gone must be given none.
     */
    private void hearOut(RoutingContext context) {
        if (context.normalizedPath().startsWith(STATES)
                && context.request().connection() instanceof Http1xServerConnection connection) {
            HalfClosed half = HalfClosed.of(connection, () -> cutShort(context));
            context.addEndHandler(_ -> half.answered());
        }
        context.next();
    }

    private void cutShort(RoutingContext context) {
        problems.answerUnread(
                context, new Refusal(400, "REQUEST_INVALID", "The body was cut short"));
    }

    private void watchBody(RoutingContext context) {
        MultiMap headers = context.request().headers();
        String length = headers.get(HttpHeaders.CONTENT_LENGTH);
        // An empty body may never be read, however long its answer takes.
        if (length == null
                ? headers.contains(HttpHeaders.TRANSFER_ENCODING)
                : !length.equals("0")) {
            new Body(context).watch();
        }
        context.next();
    }

    /** One body, looked at once in each time of patience until it has ended. */
    private final class Body {
        private final RoutingContext context;
        private long before;
        private long lastLook = System.nanoTime();
        private @Nullable Long timer;

        Body(RoutingContext context) {
            this.context = context;
        }

        void watch() {
            timer = context.vertx().setPeriodic(config.bodyPatience().toMillis(), _ -> look());
            context.addEndHandler(_ -> stop());
        }

        private void look() {
            HttpServerRequest request = context.request();
            // After a time in which this process itself stood still nothing can be said.
            boolean late = System.nanoTime() - lastLook > config.bodyPatience().toNanos() * 3 / 2;
            lastLook = System.nanoTime();
            if (request.isEnded()) {
                stop();
            } else if (!late && request.bytesRead() - before < LEAST) {
                stop();
                problems.answerUnread(
                        context,
                        new Refusal(
                                408,
                                "BODY_TOO_SLOW",
                                "The body did not come on: %d bytes in %d s; try again"
                                        .formatted(
                                                request.bytesRead() - before,
                                                config.bodyPatience().toSeconds())));
            } else {
                before = request.bytesRead();
            }
        }

        private void stop() {
            if (timer != null) {
                context.vertx().cancelTimer(timer);
                timer = null;
            }
        }
    }
}
