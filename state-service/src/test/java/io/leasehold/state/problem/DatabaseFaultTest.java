package io.leasehold.state.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.CompositeException;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.sql.SQLException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whose fault a failure is: a worker waits for a database that is away, and for nothing else. */
class DatabaseFaultTest {

    @ParameterizedTest
    @CsvSource({
        "08000, AWAY", "08006, AWAY", "40001, AWAY", "40P01, AWAY", "53100, AWAY",
        "53300, AWAY", "55000, AWAY", "55P03, AWAY", "57P01, AWAY", "57P03, AWAY",
        "57014, AWAY", "58030, AWAY", "28P01, AWAY", "28000, AWAY", "3D000, AWAY",
        "25006, AWAY", "22P02, VALUE", "22001, VALUE", "23505, CONFLICT", "42601, NONE",
        "42P01, NONE", "XX000, NONE", "25001, NONE"
    })
    void aStateOfTheDatabaseSaysIt(String state, DatabaseFault fault) {
        assertThat(DatabaseFault.of(new PgException("said", "ERROR", state, ""))).isEqualTo(fault);
        assertThat(DatabaseFault.of(new CompletionException(new SQLException("said", state))))
                .isEqualTo(fault);
    }

    static Stream<Arguments> ways() throws ReflectiveOperationException {
        return Stream.of(
                Arguments.of(new ConnectException("refused"), DatabaseFault.AWAY),
                Arguments.of(new SocketException("reset"), DatabaseFault.AWAY),
                Arguments.of(new UnknownHostException("db"), DatabaseFault.AWAY),
                Arguments.of(new ClosedChannelException(), DatabaseFault.AWAY),
                Arguments.of(new IOException("Connection reset by peer"), DatabaseFault.AWAY),
                Arguments.of(new TimeoutException(), DatabaseFault.AWAY),
                Arguments.of(new NoStackTraceThrowable("Timeout"), DatabaseFault.AWAY),
                Arguments.of(
                        new NoStackTraceThrowable(
                                "Connection is not active now, current status: CLOSED"),
                        DatabaseFault.AWAY),
                Arguments.of(new NoStackTraceThrowable(neverSent()), DatabaseFault.AWAY),
                Arguments.of(
                        new VertxException(neverSent(), new SocketException("reset")),
                        DatabaseFault.AWAY),
                Arguments.of(
                        new VertxException(neverSent(), new IllegalStateException("ours")),
                        DatabaseFault.NONE),
                Arguments.of(new NoStackTraceThrowable("something else"), DatabaseFault.NONE),
                Arguments.of(ConnectionBase.CLOSED_EXCEPTION, DatabaseFault.AWAY),
                Arguments.of(
                        new HttpClosedException(ConnectionBase.CLOSED_EXCEPTION.getMessage()),
                        DatabaseFault.NONE),
                Arguments.of(ClosedConnectionException.INSTANCE, DatabaseFault.AWAY),
                Arguments.of(new IllegalStateException("ours"), DatabaseFault.NONE),
                Arguments.of(new VertxException("something else"), DatabaseFault.NONE));
    }

    /** The driver's own words: a version that has others is noticed here. */
    private static String neverSent() throws ReflectiveOperationException {
        Field words =
                SocketConnectionBase.class.getDeclaredField("PENDING_CMD_CONNECTION_CORRUPT_MSG");
        words.setAccessible(true);
        return (String) words.get(null);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void theWayToItSaysItToo(Throwable failure, DatabaseFault fault) {
        assertThat(DatabaseFault.of(failure)).isEqualTo(fault);
        assertThat(DatabaseFault.of(new IllegalStateException("wrapped", failure)))
                .isEqualTo(fault);
        assertThat(DatabaseFault.of(new CompositeException(failure, new IllegalStateException())))
                .isEqualTo(fault);
    }

    @Test
    void aLoopOfCausesEnds() {
        Exception one = new Exception("one");
        Exception two = new Exception("two", one);
        one.initCause(two);

        assertThat(DatabaseFault.of(two)).isEqualTo(DatabaseFault.NONE);
    }
}
