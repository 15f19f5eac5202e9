package io.leasehold.state.problem;

import io.leasehold.ledger.api.Paths;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a request without a body, or with {@code null} for one, where a document is asked for.
 */
@Provider
public class MissingBodies implements ReaderInterceptor {
    private static final String WIRE = Paths.class.getPackageName();

    /** Reads on, and looks at what was read. */
    @Override
    public @Nullable Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        Object body = context.proceed();
        if (body == null && context.getType().getPackageName().equals(WIRE)) {
            throw new Refusal(400, "REQUEST_INVALID", "The request needs a body");
        }
        return body;
    }
}
