package io.leasehold.state.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** The same form for what never reaches a resource. */
@ApplicationScoped
public class RouteProblems {
    private final ObjectMapper json;

    RouteProblems(ObjectMapper json) {
        this.json = json;
    }

    void register(@Observes Router router) {
        for (int status : new int[] {400, 401, 403, 404, 405, 406, 413, 415}) {
            router.errorHandler(
                    status,
                    context ->
                            answer(
                                    context,
                                    new Refusal(
                                            status,
                                            ProblemResponses.code(status),
                                            ProblemResponses.detail(status))));
        }
        router.route()
                .last()
                .handler(context ->
                        answer(
                                context,
                                new Refusal(
                                        404,
                                        ProblemResponses.code(404),
                                        ProblemResponses.detail(404))));
    }

    /** Ends a request that a route refuses before any resource saw it. */
    public void answer(RoutingContext context, Refusal refusal) {
        if (context.response().ended() || context.response().headWritten()) {
            return;
        }
        context.response()
                .setStatusCode(refusal.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
                .end(written(refusal))
                .onFailure(_ -> context.request().connection().close());
    }

    private String written(Refusal refusal) {
        try {
            return json.writeValueAsString(
                    ProblemResponses.problem(refusal.status(), refusal.code(), refusal.detail()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem cannot be written", e);
        }
    }
}
