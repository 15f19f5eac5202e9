package io.leasehold.state.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.state.request.RequestIds;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The same form for what never reaches a resource. */
@ApplicationScoped
public class RouteProblems {
    /** Before everything else, or the server would refuse the body without a word. */
    private static final int FIRST = 2000;

    private static final long LINGER_MILLIS = 5000;
    private static final int INTERNAL = 500;
    private static final Logger LOGGER = Logger.getLogger(RouteProblems.class);

    private final ObjectMapper json;
    private final long largestBody;

    RouteProblems(
            ObjectMapper json,
            @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize largestBody) {
        this.json = json;
        this.largestBody = largestBody.asLongValue();
    }

    void register(@Observes Filters filters) {
        filters.register(
                context -> {
                    if (isWithNul(context.request().uri())) {
                        LOGGER.infof(
                                "request refused for a NUL requestId=%s", RequestIds.of(context));
                        answerUnread(
                                context,
                                new Refusal(
                                        400,
                                        "VALUE_REFUSED",
                                        "The address has a NUL (%00) in it; no name has one"));
                    } else if (announced(context) <= largestBody) {
                        context.next();
                    } else {
                        answerUnread(
                                context,
                                new Refusal(
                                        413,
                                        ProblemResponses.code(413),
                                        ProblemResponses.detail(413)));
                    }
                },
                FIRST);
    }

    /** Whether path or query hold what the database cannot; nothing of ours is named so. */
    private static boolean isWithNul(String uri) {
        return uri.contains("%00") || uri.indexOf(0) >= 0;
    }

    private static long announced(RoutingContext context) {
        String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
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
        router.route().order(Integer.MIN_VALUE).failureHandler(this::failed);
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

    /** What failed behind every mapper; the server's own answer would be in another form. */
    private void failed(RoutingContext context) {
        int status = context.statusCode();
        if (context.failure() instanceof SecurityException
                || (status > 0 && status < INTERNAL)
                || context.response().headWritten()) {
            context.next();
            return;
        }
        LOGGER.errorf(context.failure(), "request failed requestId=%s", RequestIds.of(context));
        answer(
                context,
                new Refusal(
                        INTERNAL,
                        ProblemResponses.code(INTERNAL),
                        ProblemResponses.detail(INTERNAL)));
    }

    /** Ends a request that a route refuses before any resource saw it. */
    public void answer(RoutingContext context, Refusal refusal) {
        if (context.response().ended() || context.response().headWritten()) {
            return;
        }
        context.response()
                .setStatusCode(refusal.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
                .end(written(refusal, RequestIds.of(context)))
                .onFailure(_ -> context.request().connection().close());
    }

    /**
     * Ends a request whose body is not wanted. What still comes of it is read and dropped until it
     * ends, for some seconds at most, and then the connection is closed: closing at once would
     * reset it, and the client would lose the answer.
     */
    public void answerUnread(RoutingContext context, Refusal refusal) {
        HttpServerRequest request = context.request();
        HttpConnection connection = request.connection();
        if (context.response().headWritten()) {
            // It was answered before its body had come, and nobody waits for the rest of it.
            connection.close();
            return;
        }
        context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        answer(context, refusal);
        if (request.isEnded()) {
            return;
        }
        context.vertx().setTimer(LINGER_MILLIS, _ -> connection.close());
        // Nobody else is to hear of this body any more, nor of its end.
        request.handler(_ -> {}).exceptionHandler(_ -> {}).endHandler(_ -> connection.close());
        request.resume();
    }

    /** The document of a refusal that the server makes by itself, for a request without an id. */
    public String written(int status) {
        return written(
                new Refusal(status, ProblemResponses.code(status), ProblemResponses.detail(status)),
                null);
    }

    private String written(Refusal refusal, @Nullable String requestId) {
        try {
            return json.writeValueAsString(
                    ProblemResponses.problem(
                            refusal.status(), refusal.code(), refusal.detail(), requestId));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem cannot be written", e);
        }
    }
}
