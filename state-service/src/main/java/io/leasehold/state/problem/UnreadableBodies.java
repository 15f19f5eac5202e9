package io.leasehold.state.problem;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import io.leasehold.ledger.api.Paths;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a request whose body is not the document that is asked for: one that is missing or {@code
 * null}, and whatever the parser cannot or will not read. Says where, never what: the parser's own
 * words quote the body and name classes.
 */
@Provider
public class UnreadableBodies implements ReaderInterceptor {
    private static final String WIRE = Paths.class.getPackageName();

    /** A name may be as long as the body. */
    private static final int LONGEST = 200;

    /** Reads on, and looks at what was read. */
    @Override
    public @Nullable Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        Object body;
        try {
            body = context.proceed();
        } catch (JsonProcessingException e) {
            throw unreadable(e);
        } catch (WebApplicationException e) {
            throw e.getCause() instanceof JsonProcessingException cause ? unreadable(cause) : e;
        }
        if (body == null && context.getType().getPackageName().equals(WIRE)) {
            throw invalid("The request needs a body");
        }
        return body;
    }

    private static Refusal unreadable(JsonProcessingException failure) {
        String where = where(failure);
        return invalid(
                where.isEmpty()
                        ? "The body is not JSON of the expected form"
                        : "The body has not the expected form at "
                                + where.substring(0, Math.min(where.length(), LONGEST)));
    }

    private static String where(JsonProcessingException failure) {
        if (failure instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
            return mapping.getPath().stream()
                    .map(UnreadableBodies::step)
                    .collect(Collectors.joining("/", "/", ""));
        }
        return failure.getProcessor() instanceof JsonParser parser
                ? parser.getParsingContext().pathAsPointer().toString()
                : "";
    }

    private static String step(JsonMappingException.Reference reference) {
        String field = reference.getFieldName();
        return field == null ? Integer.toString(reference.getIndex()) : field;
    }

    private static Refusal invalid(String detail) {
        return new Refusal(400, "REQUEST_INVALID", detail);
    }
}
