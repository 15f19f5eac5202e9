package io.leasehold.state.tfstate;

import io.leasehold.state.problem.Refusal;
import io.leasehold.state.problem.RouteProblems;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Holds large bodies back before they are read, and large states before they are fetched, so that
 * many at once cannot fill the heap: a sender waits with its bytes still on its side. What a
 * state's address never takes is refused here, unread.
 */
@ApplicationScoped
class LargeBodies {
    /** What is not above this passes without asking. */
    static final long SMALL = 256L * 1024;

    /**
     * What is above this shares a budget of its own: a slow one must not hold up all the others.
     */
    private static final long LARGE = 4L * 1024 * 1024;

    private static final String PATH = "/state/";
    private static final long UNSAID = -1;

    /** Before everything else that looks at a body. */
    private static final int FIRST = 1000;

    private final BodyBudget large;
    private final BodyBudget medium;
    private final StateConfig config;
    private final RouteProblems problems;
    private final Vertx vertx;

    LargeBodies(StateConfig config, RouteProblems problems, Vertx vertx) {
        this.large = new BodyBudget(config.largeBodiesInFlight().asLongValue());
        this.medium = new BodyBudget(config.largeBodiesInFlight().asLongValue() / 4);
        this.config = config;
        this.problems = problems;
        this.vertx = vertx;
    }

    void register(@Observes Filters filters) {
        filters.register(this::admit, FIRST);
    }

    private void admit(RoutingContext context) {
        HttpServerRequest request = context.request();
        boolean state = context.normalizedPath().startsWith(PATH);
        boolean lock = state && isLock(request.method());
        long said = length(request);
        if (state && !StackPath.isPlain(request.path())) {
            problems.answerUnread(context, StackPath.notPlain());
        } else if (lock && said > StateLocks.MAX_BODY) {
            problems.answerUnread(context, StateLocks.tooLarge());
        } else if (state && said > StateDocument.MAX_BYTES) {
            problems.answerUnread(context, StateTooLarge.refusal());
        } else if (lock || (said <= SMALL && said != UNSAID)) {
            context.next();
        } else {
            // A body that does not say how long it is counts as the longest.
            queue(context, said == UNSAID ? StateDocument.MAX_BYTES : said);
        }
    }

    private static boolean isLock(HttpMethod method) {
        return method.equals(HttpMethod.LOCK) || method.equals(HttpMethod.UNLOCK);
    }

    private static long length(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        if (length == null) {
            return request.getHeader("Transfer-Encoding") == null ? 0 : UNSAID;
        }
        try {
            return Long.parseLong(length);
        } catch (NumberFormatException e) {
            return UNSAID;
        }
    }

    /** The request is paused as all are; whoever reads its body resumes it. */
    private void queue(RoutingContext context, long bytes) {
        whenThereIsRoom(
                context,
                bytes,
                context::next,
                () -> {
                    context.response().putHeader("Retry-After", "5");
                    problems.answerUnread(context, busy());
                });
    }

    /**
     * Completes when there is room for a state of that size on its way out; the room is given back
     * when the response has ended. Fails with a refusal when there is none for long.
     */
    Uni<Void> room(RoutingContext context, long bytes) {
        return Uni.createFrom()
                .emitter(waiting ->
                        whenThereIsRoom(
                                context,
                                bytes,
                                () -> waiting.complete(null),
                                () -> waiting.fail(busy())));
    }

    /** Runs one of the two on the context that asked, the second after the time of patience. */
    private void whenThereIsRoom(
            RoutingContext context, long bytes, Runnable granted, Runnable refused) {
        Context own = vertx.getOrCreateContext();
        BodyBudget budget = bytes > LARGE ? large : medium;
        BodyBudget.Share share = budget.ask(bytes, () -> own.runOnContext(_ -> granted.run()));
        long patience =
                vertx.setTimer(
                        config.largeBodiesPatience().toMillis(),
                        _ -> {
                            if (share.giveUp()) {
                                refused.run();
                            }
                        });
        context.addEndHandler(_ -> {
            vertx.cancelTimer(patience);
            share.release();
        });
    }

    private static Refusal busy() {
        return new Refusal(503, "BUSY", "Too many large states are on their way; try again");
    }
}
