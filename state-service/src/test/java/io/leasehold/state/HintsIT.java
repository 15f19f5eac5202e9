package io.leasehold.state;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.Lane;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.testsupport.TestPostgres;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
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
    /** A wake takes some 5 ms; after a second a waiter looks again by itself. */
    private static final Duration SOON = Duration.ofMillis(50);

    @Inject Ledger ledger;
    @Inject AgroalDataSource database;
    @Inject TestWorker worker;

    @Inject
    @Named(Startup.CLAIMS)
    Signal claims;

    @BeforeEach
    void listening() throws Exception {
        worker.beginsWithNothingDue();
        eventually(Duration.ofSeconds(10), () -> assertThat(listeners()).hasSize(1));
    }

    private List<Object> listeners() {
        return ledger.column(
                "select pid from pg_stat_activity where datname = current_database()"
                        + " and application_name = 'leasehold wakes'");
    }

    /** How long a claim that waits takes to answer after another process told of what is due. */
    private Duration answered() throws Exception {
        CompletableFuture<Optional<Claim>> waiting =
                CompletableFuture.supplyAsync(() ->
                        worker.claim(
                                "boot-1", UUID.randomUUID().toString(), Lane.LIFECYCLE, 20_000));
        StackRef stack = ledger.due("hint-" + UUID.randomUUID());
        long told = System.nanoTime();
        ledger.value("select 1 from (select pg_notify('leasehold_wakes', 'another claims')) told");
        assertThat(waiting.get().orElseThrow().stack()).isEqualTo(stack);
        return Duration.ofNanos(System.nanoTime() - told);
    }

    @Test
    void whatFallsDueAtAnotherProcessIsClaimedHereAtOnce() throws Exception {
        assertAnsweredSoon();
    }

    @Test
    void aListenerThatWasCutOffComesBack() throws Exception {
        Object first = listeners().getFirst();
        ledger.value("select pg_terminate_backend(?)", first);

        eventually(
                Duration.ofSeconds(10),
                () -> assertThat(listeners()).hasSize(1).doesNotContain(first));

        assertAnsweredSoon();
    }

    /**
     * One in twenty by chance, when the waiter looks again by itself; not six of nine. All of them
     * are too many to ask of a busy machine.
     */
    private void assertAnsweredSoon() throws Exception {
        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            times.add(answered());
        }
        assertThat(times)
                .as("%s", times)
                .filteredOn(time -> time.compareTo(SOON) < 0)
                .hasSizeGreaterThanOrEqualTo(6);
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
                    Duration.ofSeconds(10),
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
