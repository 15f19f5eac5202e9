package io.leasehold.state.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.leasehold.state.request.CurrentRequest;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.validation.ConstraintViolationException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** Turns every failure below a resource into problem+json. */
class ProblemMapping {
    private static final Logger LOGGER = Logger.getLogger(ProblemMapping.class);

    private final CurrentRequest request;

    ProblemMapping(CurrentRequest request) {
        this.request = request;
    }

    @ServerExceptionMapper
    public Response refusal(Refusal refusal) {
        Response.ResponseBuilder response = of(refusal.status(), refusal.code(), refusal.detail());
        return refusal.status() == 503
                ? response.header("Retry-After", 1).build()
                : response.build();
    }

    @ServerExceptionMapper({UnauthorizedException.class, AuthenticationFailedException.class})
    public Response unauthenticated(SecurityException failure) {
        LOGGER.debugf(
                "request without a known token reason=%s", failure.getClass().getSimpleName());
        return framework(401)
                .header("WWW-Authenticate", "Basic realm=\"leasehold\"")
                .header("WWW-Authenticate", "Bearer realm=\"leasehold\"")
                .build();
    }

    @ServerExceptionMapper
    public Response forbidden(ForbiddenException failure) {
        LOGGER.debugf("request beyond its roles reason=%s", failure.getClass().getSimpleName());
        return framework(403).build();
    }

    @ServerExceptionMapper
    public Response web(WebApplicationException failure) {
        Response given = failure.getResponse();
        int status = given.getStatus();
        if (status < 400) {
            return given;
        }
        if (status >= 500) {
            LOGGER.errorf(failure, "request failed requestId=%s", request.id());
        }
        Response.ResponseBuilder response = framework(status);
        Object allow = given.getHeaders().getFirst("Allow");
        return allow == null ? response.build() : response.header("Allow", allow).build();
    }

    @ServerExceptionMapper
    public Response invalid(ConstraintViolationException failure) {
        String detail =
                failure.getConstraintViolations().stream()
                        .map(each -> each.getPropertyPath() + " " + each.getMessage())
                        .sorted()
                        .collect(Collectors.joining("; "));
        return of(400, "REQUEST_INVALID", detail).build();
    }

    /** Bodies that cannot be read are refused where they are read: this is one of our own. */
    @ServerExceptionMapper({
        JsonProcessingException.class,
        MismatchedInputException.class,
        InvalidDefinitionException.class
    })
    public Response json(JsonProcessingException failure) {
        return unexpected(failure);
    }

    @ServerExceptionMapper
    public Response unexpected(Throwable failure) {
        return switch (DatabaseFault.of(failure)) {
            case AWAY -> {
                LOGGER.warnf("database away reason=%s", rootOf(failure));
                yield of(503, "UNAVAILABLE", "The database is away; nothing was changed, try again")
                        .header("Retry-After", 1)
                        .build();
            }
            case VALUE -> {
                LOGGER.warnf("the database refused a value requestId=%s", request.id());
                LOGGER.debug("the refused value", failure);
                yield of(400, "VALUE_REFUSED", "A value in the request cannot be stored").build();
            }
            case CONFLICT -> {
                LOGGER.warn("the database refused for what is stored already", failure);
                yield of(
                                409,
                                "CONFLICT",
                                "What is stored already does not allow this; look again and retry")
                        .build();
            }
            case NONE -> {
                LOGGER.errorf(failure, "request failed requestId=%s", request.id());
                yield framework(500).build();
            }
        };
    }

    private static String rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.toString();
    }

    private Response.ResponseBuilder framework(int status) {
        return of(status, ProblemResponses.code(status), ProblemResponses.detail(status));
    }

    private Response.ResponseBuilder of(int status, String code, @Nullable String detail) {
        return ProblemResponses.of(ProblemResponses.problem(status, code, detail, request.id()));
    }
}
