package io.leasehold.provisioner.publisher;

import static io.leasehold.testsupport.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.embedded.LocalFiles;
import io.leasehold.embedded.Ports;
import io.leasehold.embedded.platform.BrokerProcess;
import io.leasehold.ledger.api.OutboxRow;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.ShardDrainRequest;
import io.leasehold.ledger.api.ShardLease;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.ledger.LedgerRefusal;
import io.leasehold.provisioner.ledger.SilentLedger;
import io.leasehold.testsupport.TestKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a real broker: what is published, in what order, and who is fenced. */
@Timeout(60)
class ShardDrainIT {

    private static final int DRAINS = 12;

    private static final ShardDrain.Pace PACE =
            new ShardDrain.Pace(100, 1_000, Duration.ofMillis(1));

    private String topic = "";
    private ShardLease lease = new ShardLease(0, "lease", 15_000);

    @BeforeEach
    void topicOfItsOwn(TestInfo test) throws Exception {
        topic = test.getTestMethod().orElseThrow().getName();
        lease = new ShardLease(topic.hashCode() & 0xffff, "lease-a", 15_000);
        createTopic(TestKafka.bootstrapServers());
    }

    private void createTopic(String broker) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
    }

    @Test
    void publishesRowsInOrderWithHeadersAndTombstonesAndThenMarksThem() throws Exception {
        OutboxLedger outbox = new OutboxLedger();
        List<OutboxRow> rows =
                new ArrayList<>(IntStream.range(0, 50).mapToObj(i -> row(i, "v" + i)).toList());
        rows.add(new OutboxRow(50, topic, bytes("k"), List.of(), null));
        outbox.offers.add(rows);

        Thread drain = start(outbox);
        List<Long> marked = outbox.marks.poll(30, TimeUnit.SECONDS);
        outbox.endLease();
        drain.join();

        assertThat(marked).hasSize(51).isSorted();
        List<ConsumerRecord<String, String>> published = read(51);
        assertThat(published.subList(0, 50))
                .extracting(ConsumerRecord::value)
                .isEqualTo(IntStream.range(0, 50).mapToObj(i -> "v" + i).toList());
        assertThat(published.getFirst().headers().lastHeader("ce_id").value())
                .isEqualTo(bytes("0"));
        assertThat(published.getLast().value()).isNull();
    }

    @Test
    void aPublisherThatSleptWithOldRowsInHandCannotSendThemLast() throws Exception {
        OutboxLedger asleep = new OutboxLedger();
        OutboxLedger awake = new OutboxLedger();

        Thread first = start(asleep);
        asleep.asked.take();
        awake.offers.add(List.of(row(2, "new")));
        Thread second = start(awake);
        assertThat(awake.marks.poll(30, TimeUnit.SECONDS)).isNotNull();
        asleep.offers.add(List.of(row(1, "old")));
        first.join();
        awake.endLease();
        second.join();

        assertThat(asleep.marks).isEmpty();
        assertThat(read(1)).extracting(ConsumerRecord::value).containsExactly("new");
    }

    /** In whatever its producer is at that moment: while it sends, commits or waits. */
    @Test
    @Timeout(150)
    void drainsWhoseBrokerIsKilledEndWhileItIsAway(@TempDir Path folder) throws Exception {
        int port = Ports.free();
        BrokerProcess broker =
                new BrokerProcess(
                        LocalFiles.privateDirectory(folder.resolve("broker")),
                        folder.resolve("data"),
                        port,
                        folder.resolve("broker.log"));
        Endless outbox = new Endless();
        Process process = broker.launch();
        try {
            broker.awaitReady(process);
            createTopic("127.0.0.1:" + port);
            List<Thread> drains =
                    IntStream.range(0, DRAINS).mapToObj(i -> impatient(i, port, outbox)).toList();
            eventually(Duration.ofSeconds(60), () -> assertThat(outbox.publishing).hasSize(DRAINS));

            outbox.brokerIsKilled = true;
            process.destroyForcibly().waitFor();

            eventually(Duration.ofSeconds(60), () -> assertThat(drains).noneMatch(Thread::isAlive));
        } finally {
            outbox.brokerIsKilled = true;
            process.destroyForcibly().waitFor();
        }
    }

    /** It may give up on a broker that has only just begun: until the kill it is begun again. */
    private Thread impatient(int shard, int port, Endless outbox) {
        ShardLease mine = new ShardLease(shard, "lease-" + shard, 15_000);
        Map<String, Object> settings =
                ShardDrain.settings(
                        Map.of("bootstrap.servers", "127.0.0.1:" + port, "max.block.ms", "3000"),
                        mine);
        settings.put("request.timeout.ms", 1_000);
        settings.put("delivery.timeout.ms", 2_000);
        ShardDrain drain = new ShardDrain(mine, new Ledger(outbox), PACE, settings);
        return Thread.ofVirtual()
                .start(() -> {
                    do {
                        drain.run();
                    } while (!outbox.brokerIsKilled);
                });
    }

    private Thread start(OutboxLedger outbox) {
        Map<String, Object> settings =
                ShardDrain.settings(
                        Map.of("bootstrap.servers", TestKafka.bootstrapServers()), lease);
        return Thread.ofVirtual().start(new ShardDrain(lease, new Ledger(outbox), PACE, settings));
    }

    private OutboxRow row(long id, String value) {
        return new OutboxRow(
                id,
                topic,
                bytes("k"),
                List.of(new RawHeader("ce_id", bytes(Long.toString(id)))),
                bytes(value));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<ConsumerRecord<String, String>> read(int atLeast) {
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                TestKafka.bootstrapServers(),
                                "isolation.level",
                                "read_committed"),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            while (records.size() < atLeast) {
                consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
            }
        }
        return records;
    }

    /** Has a row whenever it is asked. */
    private final class Endless extends SilentLedger {
        final Set<Integer> publishing = ConcurrentHashMap.newKeySet();
        volatile boolean brokerIsKilled;

        @Override
        public List<OutboxRow> drain(int shard, ShardDrainRequest request) {
            if (!request.published().isEmpty()) {
                publishing.add(shard);
            }
            return List.of(row(1, "v"));
        }
    }

    /** Gives what is offered, waits when nothing is, and ends when told that the lease is over. */
    private static final class OutboxLedger extends SilentLedger {
        final BlockingQueue<List<OutboxRow>> offers = new LinkedBlockingQueue<>();
        final BlockingQueue<List<Long>> marks = new LinkedBlockingQueue<>();
        final BlockingQueue<Boolean> asked = new LinkedBlockingQueue<>();
        private static final List<OutboxRow> OVER = List.of();

        void endLease() {
            offers.add(OVER);
        }

        @Override
        public List<OutboxRow> drain(int shard, ShardDrainRequest request) {
            asked.add(true);
            if (!request.published().isEmpty()) {
                marks.add(request.published());
            }
            try {
                List<OutboxRow> rows = offers.take();
                if (rows.isEmpty()) {
                    throw new LedgerRefusal(409, LedgerRefusal.LEASE_LOST, "over");
                }
                return rows;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
