package io.leasehold.it.outage;

import static io.leasehold.it.Site.SOON;
import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.it.JvmService;
import io.leasehold.it.Relay;
import io.leasehold.it.Site;
import io.leasehold.it.Site.Role;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A provisioner of all roles knows the state service and the broker by name, and the service its
 * database; whoever answers for names is slow or silent while a tenant is in the middle of its
 * apply. Both have one processor, and remember no name and no idle connection for long: whatever
 * waits for a name in the wrong place holds up all the others. Needs root.
 */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SlowNamesIT {
    private static final Duration TTL = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final Duration SLOW = Duration.ofSeconds(3);
    private static final String LEDGER = "ledger.test";
    private static final String BROKER = "broker.test";
    private static final String DATABASE = "database.test";
    private static final String ONE_LOOP = "QUARKUS_VERTX_EVENT_LOOPS_POOL_SIZE";
    private static final String FORGETFUL =
            "-XX:ActiveProcessorCount=1 -Dsun.net.inetaddr.ttl=0"
                    + " -Djdk.httpclient.keepalive.timeout=1";

    @TempDir private static Path folder;

    private Site site;
    private SlowResolver names;
    private Relay way;
    private JvmService worker;

    @BeforeAll
    void aSystemThatGoesByNames() throws Exception {
        names = resolver();
        site =
                new Site(
                        folder,
                        SlowResolver.asked(folder),
                        ledger ->
                                Map.of(
                                        "LEASEHOLD_DATABASE_URL",
                                        "postgresql://%s:%d/postgres"
                                                .formatted(DATABASE, ledger.port()),
                                        "LEASEHOLD_LEASE_FIRST",
                                        TTL.toString(),
                                        "LEASEHOLD_LEASE_PLANNING",
                                        TTL.toString(),
                                        "LEASEHOLD_LEASE_APPLYING",
                                        TTL.toString(),
                                        "LEASEHOLD_LEASE_GRACE",
                                        GRACE.toString(),
                                        "LEASEHOLD_LEASE_PULSE",
                                        "PT0.5S",
                                        ONE_LOOP,
                                        "1",
                                        "JAVA_TOOL_OPTIONS",
                                        FORGETFUL));
        way = Relay.to(URI.create(site.service().url()).getPort(), _ -> {});
        worker =
                site.provisionerBy(
                        SlowResolver.asked(folder),
                        "worker",
                        EnumSet.allOf(Role.class),
                        Map.of(
                                "LEASEHOLD_LEDGER_URL",
                                "http://" + LEDGER + ":" + way.port(),
                                "KAFKA_BOOTSTRAP_SERVERS",
                                site.bootstrap().replace("127.0.0.1", BROKER),
                                "KAFKA_MAX_BLOCK_MS",
                                "5000",
                                "LEASEHOLD_RUNNER_SLOTS",
                                "2",
                                ONE_LOOP,
                                "1",
                                "JAVA_TOOL_OPTIONS",
                                FORGETFUL));
    }

    private static SlowResolver resolver() {
        Assumptions.assumeTrue(
                "root".equals(System.getProperty("user.name")),
                "who is not root has no resolv.conf of their own");
        try {
            return SlowResolver.start();
        } catch (IOException e) {
            return Assumptions.abort("nobody may answer for names here: " + e.getMessage());
        }
    }

    @AfterAll
    void stop() throws Exception {
        if (names != null) {
            names.close();
            way.close();
            site.close();
        }
    }

    @AfterEach
    void nothingIsDeadLetteredNorDoneTwice() throws Exception {
        names.answerAfter(Duration.ZERO);
        assertThat(site.ledger.column("select code from dead_letter")).isEmpty();
        assertThat(
                        site.ledger.column(
                                "select tenant_id || ' ' || coalesce(result, 'at work')"
                                        + " || ' ' || attempt from run"
                                        + " where coalesce(result, '') <> 'SUCCEEDED' or attempt > 1"))
                .as(site::said)
                .isEmpty();
    }

    @Test
    void whileEachNameTakesSecondsALeaseIsKeptAndAllGoesOn() throws Exception {
        inTheMiddle("slow-names");
        names.answerAfter(SLOW);
        long slow = System.nanoTime();
        site.stopBroker();
        site.startBrokerAgain();
        long since = System.nanoTime();
        do {
            // Slots, publishers and the lease itself: each looks the service up anew.
            way.cut();
            isBeatenFromNowOn("slow-names");
        } while (System.nanoTime() - since < TTL.plus(GRACE).toNanos());

        site.held.letGo("slow-names");
        site.awaitEvents("slow-names", "APPLIED");
        site.publish("slow-names", 2);
        site.awaitEvents("slow-names", "APPLIED", "UNCHANGED");
        isPublished();
        assertThat(names.askedSince(slow, LEDGER)).as("was asked for " + LEDGER).isTrue();
        assertThat(names.askedSince(slow, BROKER)).as("was asked for " + BROKER).isTrue();
    }

    /** The last: it takes from the service the connections that the others need. */
    @Test
    @Order(Integer.MAX_VALUE)
    void whileEachNameTakesSecondsTheServiceFindsItsDatabaseAgainAndALeaseIsKept()
            throws Exception {
        inTheMiddle("slow-database");
        names.answerAfter(SLOW);
        long slow = System.nanoTime();
        do {
            // All connections of its pool: each looks the database up anew.
            site.ledger.column(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                            + " where backend_type = 'client backend' and pid <> pg_backend_pid()");
            isBeatenFromNowOn("slow-database");
        } while (System.nanoTime() - slow < TTL.plus(GRACE).toNanos());

        site.held.letGo("slow-database");
        site.awaitEvents("slow-database", "APPLIED");
        assertThat(names.askedSince(slow, DATABASE)).as("was asked for " + DATABASE).isTrue();
    }

    @Test
    void whileNobodyAnswersForNamesALeaseIsKeptAndAllGoesOnAfterwards() throws Exception {
        inTheMiddle("no-names");
        inTheMiddle("no-names-2");
        // What the first one made is to be published, and its publishers look for the broker.
        site.stopBroker();
        site.held.letGo("no-names");
        site.awaitEvents("no-names", "APPLIED");
        names.fallSilent();
        eventually(SOON, () -> assertThat(worker.log()).contains("shard is given up"));
        long silent = System.nanoTime();
        // The second one has a state to hand over, and no connection for it.
        site.held.letGo("no-names-2");
        isAskedFor(LEDGER, silent);
        isAskedFor(BROKER, silent);
        eventually(SOON, () -> assertThat(worker.log()).contains("the run is held"));
        isBeatenAllTheWhile("no-names-2");
        assertThat(worker.log()).doesNotContain("run fenced");
        site.startBrokerAgain();
        site.publish("no-names", 2);

        names.answerAfter(Duration.ZERO);

        site.awaitEvents("no-names-2", "APPLIED");
        site.awaitEvents("no-names", "APPLIED", "UNCHANGED");
        isPublished();
    }

    private void isAskedFor(String name, long since) throws Exception {
        eventually(
                SOON,
                () ->
                        assertThat(names.askedSince(since, name))
                                .as(() -> "asked for " + name + site.said())
                                .isTrue());
    }

    /**
     * Twice: the second beat goes out when the worker has heard of the first, or has not, and only
     * then may its connection be cut. What is beaten is also proved to the worker in time, or its
     * run were fenced.
     */
    private void isBeatenFromNowOn(String tenant) throws Exception {
        String now = site.ledger.column("select clock_timestamp()").getFirst();
        isBeatenAfter(tenant, isBeatenAfter(tenant, now));
        assertThat(worker.log()).doesNotContain("run fenced");
    }

    /** When. */
    private String isBeatenAfter(String tenant, String then) throws Exception {
        List<String> beaten = new ArrayList<>();
        eventually(
                TTL,
                () -> {
                    beaten.addAll(
                            site.ledger.column(
                                    "select lease_beaten_at from stack where tenant_id = '%s' and lease_beaten_at > '%s'"
                                            .formatted(tenant, then)));
                    assertThat(beaten).as(site::said).isNotEmpty();
                });
        return beaten.getFirst();
    }

    /** For longer than a lease, and never as long ago as one lasts. */
    private void isBeatenAllTheWhile(String tenant) throws Exception {
        long since = System.nanoTime();
        List<Double> ages = new ArrayList<>();
        eventually(
                SOON,
                () -> {
                    site.ledger
                            .column(
                                    "select extract(epoch from clock_timestamp() - lease_beaten_at)"
                                            + " from stack where lease_id is not null"
                                            + " and tenant_id = '%s'".formatted(tenant))
                            .forEach(age -> ages.add(Double.parseDouble(age)));
                    assertThat(Duration.ofNanos(System.nanoTime() - since))
                            .isGreaterThan(TTL.plus(GRACE));
                });
        assertThat(ages)
                .as(() -> "seconds since the last beat" + site.said())
                .isNotEmpty()
                .allMatch(age -> age < TTL.toSeconds());
    }

    private void inTheMiddle(String tenant) throws Exception {
        site.held.hold(tenant);
        site.publish(tenant, 1);
        site.held.awaitBegun(tenant);
    }

    private void isPublished() throws Exception {
        eventually(
                SOON,
                () ->
                        assertThat(site.ledger.column("select topic from outbox"))
                                .as(() -> "what is to be published" + site.said())
                                .isEmpty());
    }
}
