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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One part after the other is away, for longer than any client's own patience, while a tenant is in
 * the middle of its apply and events come in: from a provisioner that has the broker, and a runner
 * that has none, as they are deployed.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OutagesIT {
    /** Where a Kafka client looks that nobody told anything. */
    private static final int DEFAULT_BROKER = 9092;

    @TempDir private static Path folder;

    private final AtomicInteger callers = new AtomicInteger();
    private Site site;
    private JvmService front;
    private JvmService runner;
    private ServerSocket brokersPlace;

    @BeforeAll
    void aSystem() throws Exception {
        brokersPlace = new ServerSocket(DEFAULT_BROKER, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::countCallers);
        site = new Site(folder, Map.of("LEASEHOLD_LEASE_PULSE", "PT0.5S"));
        front = site.provisioner("front", EnumSet.of(Role.INTAKE, Role.PUBLISHER), Map.of());
        runner = site.provisioner("runner", EnumSet.of(Role.RUNNER), Map.of());
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
                                        + " where coalesce(result, '') <> 'SUCCEEDED' or attempt > 1"))
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
        site.held.letGo("no-broker");

        awaitApplied("no-broker", 1);
        eventually(
                SOON,
                () ->
                        assertThat(front.log())
                                .as("longer than a session of the broker lasts")
                                .contains("Kafka does not describe the topic"));
        assertThat(
                        site.ledger.column(
                                "select distinct topic from outbox where topic like '%outputs%'"))
                .hasSize(1);
        site.startBrokerAgain();

        assertThat(published(Topics.STACK_OUTPUTS, "no-broker/1/main").value()).isNotNull();
        eventually(
                SOON,
                () ->
                        assertThat(site.ledger.column("select topic from outbox"))
                                .as("all is published")
                                .isEmpty());
        site.publish("no-broker", 2);
        site.awaitEvents("no-broker", "APPLIED", "UNCHANGED");
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
                                .as(site.said())
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
