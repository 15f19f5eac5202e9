package io.leasehold.state.problem;

import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.sql.SQLException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What kind of fault of the database lies behind a failure. */
public enum DatabaseFault {
    /** The database is away, going away, or too busy: the same again may succeed. */
    AWAY,
    /** It refused a value for good (SQLSTATE class 22): the same again fails again. */
    VALUE,
    /** It refused for what is stored already (SQLSTATE class 23). */
    CONFLICT,
    /** Not the database's fault, or one of our own statements is wrong. */
    NONE;

    private static final int DEEPEST = 20;

    /** When the driver knows why the connection was closed, it says so with that as a cause. */
    private static final String NEVER_SENT =
            "Pending requests failed to be sent due to connection has been closed.";

    /** Looks through the causes. */
    public static DatabaseFault of(@Nullable Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            DatabaseFault fault = ofOne(cause);
            if (fault != NONE) {
                return fault;
            }
            cause = cause.getCause();
        }
        return NONE;
    }

    private static DatabaseFault ofOne(Throwable failure) {
        return switch (failure) {
            case PgException refused -> ofState(refused.getSqlState());
            // What Hibernate makes of the driver's own failure, which it then hides.
            case SQLException refused -> ofState(refused.getSQLState());
            case ClosedConnectionException _ -> AWAY;
            // Only the database is reached over the network from here.
            case SocketException _ -> AWAY;
            case UnknownHostException _ -> AWAY;
            case ClosedChannelException _ -> AWAY;
            case TimeoutException _ -> AWAY;
            default -> isUntyped(failure) || isClosed(failure) || isReset(failure) ? AWAY : NONE;
        };
    }

    private static boolean isReset(Throwable failure) {
        // A reset is an IOException and nothing more; what cannot be parsed is one with a type.
        return failure.getClass() == IOException.class;
    }

    /**
     * A new connection was closed before the pool could give it. The pool has one object for that;
     * by its type and words it might as well be a client of ours that hung up.
     */
    private static boolean isClosed(Throwable failure) {
        return failure.equals(ConnectionBase.CLOSED_EXCEPTION);
    }

    /**
     * The pool is too busy, or a connection it gave was lost before it was used, or before what
     * waited for its turn was sent: bare throwables that have no type of their own to tell them by.
     */
    private static boolean isUntyped(Throwable failure) {
        String words = String.valueOf(failure.getMessage());
        return failure instanceof io.vertx.core.impl.NoStackTraceThrowable
                && (words.equals("Timeout")
                        || words.startsWith("Connection is not active now")
                        || words.equals(NEVER_SENT));
    }

    private static DatabaseFault ofState(@Nullable String state) {
        if (state == null || state.length() < 2) {
            return NONE;
        }
        return switch (state.substring(0, 2)) {
            // 28: it does not let us in; 3D: it is not there, or not yet.
            case "08", "28", "3D", "40", "53", "55", "57", "58" -> AWAY;
            case "22" -> VALUE;
            case "23" -> CONFLICT;
            // A primary that became a standby under our hands.
            case "25" -> state.equals("25006") ? AWAY : NONE;
            default -> NONE;
        };
    }
}
