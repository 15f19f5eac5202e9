package io.leasehold.provisioner.ledger;

import io.leasehold.ledger.api.Problem;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.Objects;
import org.eclipse.microprofile.rest.client.ext.ResponseExceptionMapper;
import org.jspecify.annotations.Nullable;

/**
 * Turns the service's answers that are no success into {@link LedgerRefusal}, {@link LedgerFault}
 * and {@link LedgerUnavailable}.
 */
public final class LedgerProblems implements ResponseExceptionMapper<RuntimeException> {

    @Override
    public boolean handles(int status, MultivaluedMap<String, Object> headers) {
        return status >= 400;
    }

    @Override
    public RuntimeException toThrowable(Response response) {
        int status = response.getStatus();
        return switch (Trouble.of(status)) {
            case OUTAGE -> new LedgerUnavailable("state service answered " + status, null);
            case FAULT -> new LedgerFault(status);
            case REFUSAL -> refusal(status, response);
        };
    }

    private static LedgerRefusal refusal(int status, Response response) {
        try {
            @Nullable Problem problem = response.readEntity(Problem.class);
            if (problem != null && problem.code() != null) {
                return new LedgerRefusal(
                        status, problem.code(), Objects.requireNonNullElse(problem.detail(), ""));
            }
        } catch (ProcessingException | WebApplicationException notAProblemDocument) {
            // Nor is nothing at all, as a gateway may answer.
        }
        return new LedgerRefusal(status, "HTTP_" + status, "no reason was given");
    }
}
