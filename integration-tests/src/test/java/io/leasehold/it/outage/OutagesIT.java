package io.leasehold.it.outage;

import static io.leasehold.it.Site.SOON;
import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.client.TailedRecord;
import io.leasehold.client.TopicTail;
import io.leasehold.events.Topics;
import io.leasehold.it.JvmService;
import io.leasehold.it.Site;
import io.leasehold.it.Site.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One part after the other is away, for longer than any client's own patience, or frozen, for
 * longer than a lease, while a tenant is in the middle of its apply and events come in: from a
 * provisioner that has the broker, and a runner that has none, as they are deployed.
 */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OutagesIT {
    /** Those with short leases. */
    private static final int LAST = Integer.MAX_VALUE;

    /**
     * Short, and long enough, as the default is, that what a run left is handed in before its lease
     * is over, and that a machine that stands still for a moment fences nobody.
     */
    private static final Duration TTL = Duration.ofSeconds(10);

    private static final Duration GRACE = Duration.ofSeconds(1);

    /** Where a Kafka client looks that nobody told anything. */
    private static final int DEFAULT_BROKER = 9092;

    @TempDir private static Path folder;

    private final AtomicInteger callers = new AtomicInteger();
    private Site site;
    private JvmService front;
    private JvmService runner;
    private ServerSocket brokersPlace;
    private boolean shortLeases;

    @BeforeAll
    void aSystem() throws Exception {
        brokersPlace = new ServerSocket(DEFAULT_BROKER, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::countCallers);
        // Longer than any of those is away whose leases are not short.
        site =
                new Site(
                        folder,
                        Map.of(
                                "LEASEHOLD_LEASE_PULSE", "PT0.5S",
                                "LEASEHOLD_LEASE_APPLYING", "PT10M"));
        front =
                site.provisioner(
                        "front",
                        EnumSet.of(Role.INTAKE, Role.PUBLISHER),
                        Map.of(
                                // What a client knows of a broker that is away is old soon.
                                "KAFKA_METADATA_MAX_AGE_MS",
                                "3000",
                                "KAFKA_MAX_BLOCK_MS",
                                "5000",
                                "JAVA_TOOL_OPTIONS",
                                "-Xmx128m"));
        runner =
                site.provisioner(
                        "runner", EnumSet.of(Role.RUNNER), Map.of("LEASEHOLD_RUNNER_SLOTS", "2"));
    }

    private void countCallers() {
        try {
            while (true) {
                brokersPlace.accept().close();
                callers.incrementAndGet();
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    @AfterAll
    void stop() throws Exception {
        brokersPlace.close();
        site.close();
    }

    @AfterEach
    void nothingIsDeadLetteredAndNothingIsDoneTwice() throws Exception {
        assertThat(site.ledger.column("select code from dead_letter")).isEmpty();
        assertThat(
                        site.ledger.column(
                                "select tenant_id || ' ' || coalesce(result, 'at work')"
                                        + " || ' ' || attempt from run"
                                        + " where (coalesce(result, '') <> 'SUCCEEDED' or attempt > 1)"
                                        + " and tenant_id not like 'fenced-%'"))
                .isEmpty();
    }

    @Test
    void aRunnerKnowsOfNoBrokerAndCallsNone() throws Exception {
        site.publish("roles", 1);
        awaitApplied("roles", 1);

        assertThat(Files.readString(Path.of("/proc/" + runner.pid() + "/environ")))
                .contains("LEASEHOLD_RUNNER_ENABLED=true")
                .doesNotContainIgnoringCase("kafka")
                .doesNotContain(site.bootstrap());
        assertThat(runner.log()).doesNotContain("org.apache.kafka", "or.ap.ka");
        assertThat(callers).as("calls where a broker would be by default").hasValue(0);
    }

    @Test
    void whileTheBrokerIsAwayRunsEndAndWhatTheyMadeIsPublishedWhenItIsBack() throws Exception {
        inTheMiddle("no-broker");
        site.stopBroker();
        try {
            site.held.letGo("no-broker");

            awaitApplied("no-broker", 1);
            eventually(
                    SOON,
                    () ->
                            assertThat(front.log())
                                    .as("longer than a session of the broker lasts")
                                    .contains("Kafka does not describe the topic")
                                    .as(
                                            "longer than a publisher waits for what it sent or is to send")
                                    .containsPattern(
                                            "the broker refused or is away"
                                                    + "|abortable error state due to [\\w.]+Timeout"));
            assertThat(
                            site.ledger.column(
                                    "select distinct topic from outbox where topic like '%outputs%'"))
                    .hasSize(1);
        } finally {
            site.startBrokerAgain();
        }

        isPublished("no-broker");
        assertThat(front.log()).doesNotContain("OutOfMemoryError");
    }

    @Test
    void whileTheStateServiceIsAwayAnApplyEndsAndIsToldWhenItIsBack() throws Exception {
        inTheMiddle("no-service");
        site.killService();
        site.held.letGo("no-service");
        site.publish("no-service-2", 1);

        awaitHeld("no-service");
        site.startServiceAgain();

        awaitApplied("no-service", 1);
        site.awaitEvents("no-service-2", "APPLIED");
    }

    @Test
    void whileTheDatabaseIsAwayAnApplyEndsAndIsToldWhenItIsBack() throws Exception {
        inTheMiddle("no-database");
        site.ledger.killDatabase();
        site.held.letGo("no-database");
        site.publish("no-database-2", 1);

        awaitHeld("no-database");
        eventually(SOON, () -> assertThat(front.log()).contains("call=intake again=true"));
        site.ledger.startDatabase();

        awaitApplied("no-database", 1);
        site.awaitEvents("no-database-2", "APPLIED");
    }

    @Test
    @Order(LAST)
    void aRunUnderAFrozenStateServiceIsFencedAndTakenUpOnceWithNobodyBesideIt() throws Exception {
        isTakenUpOnce(
                "fenced-1",
                () -> site.service().signal("STOP"),
                () -> site.service().signal("CONT"));
    }

    @Test
    @Order(LAST)
    void aRunUnderAFrozenDatabaseIsFencedAndTakenUpOnceWithNobodyBesideIt() throws Exception {
        isTakenUpOnce(
                "fenced-2",
                () -> site.ledger.signalDatabase("STOP"),
                () -> site.ledger.signalDatabase("CONT"));
    }

    @Test
    @Order(LAST)
    void aRunWithoutAStateServiceForLongerThanItsLeaseIsTakenUpOnceAndLeavesNothing()
            throws Exception {
        isTakenUpOnce("fenced-3", site::killService, site::startServiceAgain);
    }

    @Test
    @Order(LAST)
    void aRunBesideAFrozenBrokerEndsAndWhatItMadeIsPublishedOnceThatGoesOn() throws Exception {
        leasesAreShort();
        inTheMiddle("beside");
        site.signalBroker("STOP");
        long frozen = System.nanoTime();
        try {
            site.held.letGo("beside");

            awaitApplied("beside", 1);
            lastsLongerThanALease(frozen);
        } finally {
            site.signalBroker("CONT");
        }

        isPublished("beside");
    }

    /** Takes a part away, or brings it back. */
    @FunctionalInterface
    private interface Deed {
        void happen() throws Exception;
    }

    private void leasesAreShort() throws Exception {
        if (!shortLeases) {
            site.killService();
            site.startServiceAgain(
                    Map.of(
                            "LEASEHOLD_LEASE_FIRST", TTL.toString(),
                            "LEASEHOLD_LEASE_PLANNING", TTL.toString(),
                            "LEASEHOLD_LEASE_APPLYING", TTL.toString(),
                            "LEASEHOLD_LEASE_GRACE", GRACE.toString(),
                            "LEASEHOLD_OUTBOX_LEASE", TTL.toString()));
            shortLeases = true;
        }
    }

    /**
     * Both slots of the runner are free for the second run while the first may still be at work.
     */
    private void isTakenUpOnce(String tenant, Deed goes, Deed comesBack) throws Exception {
        leasesAreShort();
        inTheMiddle(tenant);
        String first = of(tenant, "run_id").getFirst();
        goes.happen();
        long gone = System.nanoTime();
        try {
            eventually(SOON, () -> assertThat(runner.log()).contains("run fenced runId=" + first));
            lastsLongerThanALease(gone);
        } finally {
            comesBack.happen();
        }
        eventually(
                SOON,
                () -> assertThat(of(tenant, "phase")).containsExactly("FINISHED", "APPLYING"));
        // Whatever of the first is still there would go on from here as well.
        site.held.letGo(tenant);

        eventually(
                SOON,
                () ->
                        assertThat(of(tenant, "result"))
                                .as(site::said)
                                .containsExactly("LOST", "SUCCEEDED"));
        long second =
                Long.parseLong(
                        of(tenant, "cast(extract(epoch from started_at) * 1000 as bigint)")
                                .getLast());
        assertThat(site.relay.spoken())
                .filteredOn(each -> each.begun() < second)
                .as("what went out before the second run began at %d", second)
                .isNotEmpty()
                .allMatch(each -> each.last().get() < second);
        isPublished(tenant);
        nothingIsLeft(tenant);
    }

    /** What the fenced run wrote has found its place without a person. */
    private void nothingIsLeft(String tenant) throws Exception {
        eventually(
                SOON,
                () -> {
                    assertThat(folder.resolve("runner/spool").toFile().list())
                            .as(() -> "spooled" + site.said())
                            .noneMatch(name -> name.endsWith(".state"));
                    assertThat(
                                    site.ledger.column(
                                            "select tenant_id from state_version"
                                                    + " where kind = 'ORPHAN' and settled_at is null"))
                            .as(() -> "left for a person" + site.said())
                            .doesNotContain(tenant);
                });
    }

    private void lastsLongerThanALease(long gone) throws Exception {
        eventually(
                SOON,
                () ->
                        assertThat(Duration.ofNanos(System.nanoTime() - gone))
                                .isGreaterThan(TTL.plus(GRACE)));
    }

    private List<String> of(String tenant, String column) throws Exception {
        return site.ledger.column(
                "select %s from run where tenant_id = '%s' order by started_at"
                        .formatted(column, tenant));
    }

    private void isPublished(String tenant) throws Exception {
        assertThat(published(Topics.STACK_OUTPUTS, tenant + "/1/main").value()).isNotNull();
        eventually(
                SOON,
                () ->
                        assertThat(site.ledger.column("select topic from outbox"))
                                .as("all is published")
                                .isEmpty());
        site.publish(tenant, 2);
        site.awaitEvents(tenant, "APPLIED", "UNCHANGED");
    }

    private void inTheMiddle(String tenant) throws Exception {
        site.held.hold(tenant);
        site.publish(tenant, 1);
        site.held.awaitBegun(tenant);
    }

    /** The state lies in the spool and tofu waits for its answer. */
    private void awaitHeld(String tenant) throws Exception {
        eventually(
                SOON,
                () -> {
                    assertThat(runner.log())
                            .contains("the run is held")
                            .contains("operation=write");
                    assertThat(folder.resolve("runner/spool").toFile().list())
                            .as("spooled for %s", tenant)
                            .anyMatch(name -> name.endsWith(".state"));
                });
    }

    private void awaitApplied(String tenant, int runs) throws Exception {
        eventually(
                SOON,
                () ->
                        assertThat(
                                        site.ledger.column(
                                                "select result from run where tenant_id = '%s'"
                                                        .formatted(tenant)))
                                .as(site::said)
                                .hasSize(runs)
                                .containsOnly("SUCCEEDED"));
    }

    private TailedRecord published(String topic, String key) throws Exception {
        try (TopicTail tail =
                TopicTail.open(
                        Map.of("bootstrap.servers", site.bootstrap()),
                        List.of(topic),
                        TopicTail.Start.BEGINNING)) {
            List<TailedRecord> seen = new ArrayList<>();
            eventually(
                    SOON,
                    () -> {
                        seen.addAll(tail.poll(Duration.ofMillis(200)));
                        assertThat(of(seen, key)).isPresent();
                    });
            return of(seen, key).orElseThrow();
        }
    }

    private static Optional<TailedRecord> of(List<TailedRecord> seen, String key) {
        return seen.stream().filter(record -> Objects.equals(record.key(), key)).findFirst();
    }
}
