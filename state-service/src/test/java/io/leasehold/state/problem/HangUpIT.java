package io.leasehold.state.problem;

import static io.leasehold.testsupport.Eventually.eventually;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.leasehold.ledger.api.Paths;
import io.leasehold.state.ServiceClient;
import io.leasehold.state.TestTokens;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that do not wait for their answer. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class HangUpIT {
    private static final String BODY = "{\"name\":\"impatient\",\"bootId\":\"b\"}";

    private static final Call REGISTER = new Call(Paths.WORKERS, BODY, "%insert into worker%");

    @Inject AgroalDataSource database;

    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final Handler handler =
            new Handler() {
                @Override
                public void publish(LogRecord record) {
                    if (record.getLevel().intValue() >= Level.SEVERE.intValue()) {
                        errors.add(
                                record.getLoggerName()
                                        + ": "
                                        + record.getMessage()
                                        + " "
                                        + record.getThrown());
                    }
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    @BeforeEach
    void listen() {
        Logger.getLogger("").addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        Logger.getLogger("").removeHandler(handler);
    }

    @Test
    void aClientThatHangsUpInMidTransactionIsNoErrorAndLeavesNothingHeld() throws Exception {
        hangUp(_ -> REGISTER);
    }

    /** Which may be cancelled while it waits, and its first step is a transaction as well. */
    @Test
    void aWorkerThatHangsUpWhileItIsNotedAsThereIsNoErrorEither() throws Exception {
        hangUp(HangUpIT::claim);
    }

    /** Each time by another boot: one that was just noted is not noted again. */
    private static Call claim(int time) {
        return new Call(
                Paths.CLAIMS,
                """
                {"worker":"impatient","bootId":"b%d","requestId":"r%d","lane":"LIFECYCLE","waitMillis":0}
                """
                        .formatted(time, time),
                "%update worker set last_seen%");
    }

    private void hangUp(IntFunction<Call> calls) throws Exception {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table worker in access exclusive mode");
            for (int i = 0; i < 20; i++) {
                Call call = calls.apply(i);
                try (Socket client = call.begin()) {
                    eventually(
                            Duration.ofSeconds(10),
                            () -> assertThat(waiting(call.statement())).isPositive());
                    client.setSoLinger(true, 0);
                }
            }
            connection.rollback();
        }

        eventually(Duration.ofSeconds(10), () -> assertThat(inTransaction()).isZero());
        assertThat(ServiceClient.as(TestTokens.WORKER).send("POST", Paths.WORKERS, BODY).status())
                .isEqualTo(204);
        assertThat(errors).isEmpty();
    }

    private long waiting(String statement) throws SQLException {
        return count("wait_event_type = 'Lock' and query like '" + statement + "'");
    }

    private long inTransaction() throws SQLException {
        return count("state like 'idle in transaction%' or wait_event_type = 'Lock'");
    }

    private long count(String condition) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "select count(*) from pg_stat_activity where datname ="
                                        + " current_database() and ("
                                        + condition
                                        + ")")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** What is asked, and the statement in which the asking one hangs up. */
    private record Call(String path, String body, String statement) {
        Socket begin() throws IOException {
            URI base = ServiceClient.as(null).base();
            Socket client = new Socket(base.getHost(), base.getPort());
            client.getOutputStream()
                    .write(
                            """
                            POST %s HTTP/1.1\r
                            Host: localhost\r
                            Authorization: Bearer %s\r
                            Content-Type: application/json\r
                            Content-Length: %d\r
                            \r
                            %s\
                            """
                                    .formatted(path, TestTokens.WORKER, body.length(), body)
                                    .getBytes(US_ASCII));
            return client;
        }
    }
}
