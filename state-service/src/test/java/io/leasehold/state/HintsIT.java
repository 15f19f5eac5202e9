package io.leasehold.state;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** Wakes between processes; the other process is a plain connection to the database. */
@QuarkusTest
@WithTestResource(TestPostgres.class)
@WithTestResource(TestTokens.class)
class HintsIT {
    private static final Duration SOON = Duration.ofSeconds(10);

    @Inject Ledger ledger;
    @Inject Hints hints;
    @Inject Vertx vertx;
    @Inject AgroalDataSource database;
    @Inject TestWorker worker;

    @Inject
    @Named(Startup.CLAIMS)
    Signal claims;

    // Nothing in this process wakes these two, so what wakes them was heard.
    private Signal told;
    private Signal untold;

    @BeforeEach
    void listening() throws Exception {
        told = new Signal(vertx);
        untold = new Signal(vertx);
        hints.carry("told", told);
        hints.carry("untold", untold);
        worker.beginsWithNothingDue();
        eventually(SOON, () -> assertThat(listeners()).hasSize(1));
    }

    private List<Object> listeners() {
        return ledger.column(
                "select pid from pg_stat_activity where datname = current_database()"
                        + " and application_name = 'leasehold wakes'");
    }

    @Test
    void aWakeAtAnotherProcessWakesTheSignalOfThatNameHere() throws Exception {
        assertHearsAnother();
    }

    @Test
    void aListenerThatWasCutOffComesBackAndTakesEverythingForWoken() throws Exception {
        Object first = listeners().getFirst();
        long before = untold.version();
        ledger.value("select pg_terminate_backend(?)", first);

        eventually(SOON, () -> assertThat(listeners()).hasSize(1).doesNotContain(first));
        eventually(SOON, () -> assertThat(untold.version()).isGreaterThan(before));

        assertHearsAnother();
    }

    /** One that has just come back wakes both signals; only what is heard wakes one of them. */
    private void assertHearsAnother() throws Exception {
        eventually(
                SOON,
                () -> {
                    // Again each time: a hint is lost when nobody listens yet.
                    ledger.value(
                            "select 1 from (select pg_notify('leasehold_wakes', 'another told')) sent");
                    assertThat(told.version()).isGreaterThan(untold.version());
                });
    }

    @Test
    void aWakeHereIsToldToOthersAndManyAreToldTogether() throws Exception {
        try (Connection other = database.getConnection();
                Statement statement = other.createStatement()) {
            statement.execute("listen leasehold_wakes");
            PGConnection hears = other.unwrap(PGConnection.class);

            claims.wake();
            assertThat(heard(hears)).singleElement().asString().endsWith(" claims");

            for (int i = 0; i < 1000; i++) {
                claims.wake();
            }
            ledger.due("hint-" + UUID.randomUUID());
            worker.mustClaim();
            List<String> all = new ArrayList<>();
            eventually(
                    SOON,
                    () -> {
                        all.addAll(heard(hears));
                        assertThat(all)
                                .anyMatch(words -> words.contains(" claims"))
                                .anyMatch(words -> words.contains(" outbox-"));
                    });
            assertThat(all).hasSizeLessThan(10);
            statement.execute("unlisten *");
        }
    }

    private static List<String> heard(PGConnection connection) throws Exception {
        PGNotification[] notifications = connection.getNotifications(5000);
        return notifications == null
                ? List.of()
                : Stream.of(notifications).map(PGNotification::getParameter).toList();
    }
}
