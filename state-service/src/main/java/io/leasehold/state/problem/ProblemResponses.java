package io.leasehold.state.problem;

import io.leasehold.ledger.api.Problem;
import io.netty.handler.codec.http.HttpResponseStatus;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** The one form of a refusal. */
final class ProblemResponses {
    static final MediaType PROBLEM_JSON = new MediaType("application", "problem+json");

    private ProblemResponses() {}

    static Problem problem(
            int status, String code, @Nullable String detail, @Nullable String requestId) {
        return new Problem(
                "urn:leasehold:problem:" + code,
                HttpResponseStatus.valueOf(status).reasonPhrase(),
                status,
                code,
                detail,
                requestId);
    }

    static Response.ResponseBuilder of(Problem problem) {
        return Response.status(problem.status()).type(PROBLEM_JSON).entity(problem);
    }

    /** The code of a status that the framework chose. */
    static String code(int status) {
        return switch (status) {
            case 400 -> "REQUEST_INVALID";
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "FORBIDDEN";
            case 404 -> "NOT_FOUND";
            case 405 -> "METHOD_NOT_ALLOWED";
            case 406 -> "NOT_ACCEPTABLE";
            case 413 -> "TOO_LARGE";
            case 414 -> "ADDRESS_TOO_LONG";
            case 415 -> "MEDIA_TYPE_UNSUPPORTED";
            case 431 -> "HEAD_TOO_LARGE";
            default -> status >= 500 ? "INTERNAL" : "REFUSED";
        };
    }

    /** Plain words for a status that the framework chose; its own may name classes. */
    static String detail(int status) {
        return switch (status) {
            case 400 -> "The request cannot be read as what this address takes";
            case 401 -> "Send a known token, as Bearer or as the password of Basic";
            case 403 -> "The token's roles do not allow this";
            case 404 -> "There is nothing at this address";
            case 405 -> "This address does not take that method";
            case 406 -> "This address gives JSON";
            case 413 -> "The body is larger than this address takes";
            case 414 -> "No address here is as long";
            case 415 -> "This address takes JSON";
            case 431 -> "The headers are larger than this service takes";
            default ->
                    status >= 500
                            ? "Something went wrong here; the service's log says what"
                            : "The request was refused";
        };
    }
}
