package io.leasehold.state.tfstate;

import io.leasehold.state.problem.Refusal;
import io.leasehold.state.problem.RouteProblems;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Holds large states back before they are read, so that many at once cannot fill the heap: the
 * sender waits with its bytes still on its side.
 */
@ApplicationScoped
class LargeBodies {
    private static final String PATH = "/state/";
    private static final long SMALL = 4L * 1024 * 1024;

    /** Before everything else that looks at a body. */
    private static final int FIRST = 1000;

    private final BodyBudget budget;
    private final StateConfig config;
    private final RouteProblems problems;
    private final Vertx vertx;

    LargeBodies(StateConfig config, RouteProblems problems, Vertx vertx) {
        this.budget = new BodyBudget(config.largeBodiesInFlight().asLongValue());
        this.config = config;
        this.problems = problems;
        this.vertx = vertx;
    }

    void register(@Observes Filters filters) {
        filters.register(this::admit, FIRST);
    }

    private void admit(RoutingContext context) {
        HttpServerRequest request = context.request();
        String path = request.path();
        if (path == null || !path.startsWith(PATH) || !request.method().equals(HttpMethod.POST)) {
            context.next();
            return;
        }
        long bytes = length(request);
        if (bytes > StateDocument.MAX_BYTES) {
            // The rest of the body is still coming; this connection is good for nothing else.
            context.response().putHeader("Connection", "close");
            problems.answer(context, StateTooLarge.refusal());
        } else if (bytes <= SMALL) {
            context.next();
        } else {
            queue(context, bytes);
        }
    }

    /** A body that does not say how long it is counts as the longest. */
    private static long length(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        if (length == null) {
            return request.getHeader("Transfer-Encoding") == null ? 0 : StateDocument.MAX_BYTES;
        }
        try {
            return Long.parseLong(length);
        } catch (NumberFormatException e) {
            return StateDocument.MAX_BYTES;
        }
    }

    private void queue(RoutingContext context, long bytes) {
        Context own = vertx.getOrCreateContext();
        context.request().pause();
        BodyBudget.Share share =
                budget.ask(
                        bytes,
                        () ->
                                own.runOnContext(_ -> {
                                    context.request().resume();
                                    context.next();
                                }));
        long patience =
                vertx.setTimer(
                        config.largeBodiesPatience().toMillis(), _ -> sendAway(context, share));
        context.addEndHandler(_ -> {
            vertx.cancelTimer(patience);
            share.release();
        });
    }

    private void sendAway(RoutingContext context, BodyBudget.Share share) {
        if (share.giveUp()) {
            context.response().putHeader("Retry-After", "5").putHeader("Connection", "close");
            problems.answer(
                    context,
                    new Refusal(503, "BUSY", "Too many large states are being stored; try again"));
        }
    }
}
