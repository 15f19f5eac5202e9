package io.leasehold.state.tenant;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.leasehold.state.problem.DatabaseFault;
import io.leasehold.state.problem.Refusal;
import java.sql.SQLException;

/** Whose fault it is that an event could not be stored: a KMS may be away as a database may. */
final class StorageFaults {

    private StorageFaults() {}

    /** Looks through the causes, also at what Hibernate made of the driver's own failure. */
    static DatabaseFault of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof JsonProcessingException) {
                return DatabaseFault.NONE;
            }
            if (cause instanceof Refusal refusal && refusal.status() == 503) {
                return DatabaseFault.AWAY;
            }
            if (cause instanceof SQLException refused && refused.getSQLState() != null) {
                return ofState(refused.getSQLState());
            }
        }
        return DatabaseFault.of(failure);
    }

    private static DatabaseFault ofState(String state) {
        return switch (state.length() < 2 ? "" : state.substring(0, 2)) {
            case "08", "40", "53", "57", "58" -> DatabaseFault.AWAY;
            case "22" -> DatabaseFault.VALUE;
            case "23" -> DatabaseFault.CONFLICT;
            default -> DatabaseFault.NONE;
        };
    }
}
