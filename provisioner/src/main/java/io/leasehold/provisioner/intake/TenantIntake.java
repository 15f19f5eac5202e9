package io.leasehold.provisioner.intake;

import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.IntakeReply;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.provisioner.ledger.Ledger;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The first step of every event: records in, verdicts durable in the ledger, then the
 * acknowledgement. A batch is acknowledged when this method returns: when the ledger has a verdict
 * for each record, or its partition is to be read again from where the ledger stands, whatever
 * Kafka was told. While the ledger is away it waits, the channel pauses, and nothing is
 * dead-lettered. Called by one thread at a time.
 */
@ApplicationScoped
public class TenantIntake {

    /** The channel, as the configuration names it. */
    static final String CHANNEL = "tenant-lifecycle";

    private static final Logger LOGGER = Logger.getLogger(TenantIntake.class);

    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Ledger ledger;
    private final RecordJudge judge;
    private final Standing standing;
    private final Consumer<Collection<TopicPartition>> readAgain;
    private final IntakeConfig config;

    /** Starts nothing; the channel calls {@link #accept}. */
    @Inject
    public TenantIntake(
            Ledger ledger,
            RecordJudge judge,
            Standing standing,
            Rereading rereading,
            IntakeConfig config) {
        this(ledger, judge, standing, rereading::from, config);
    }

    /** Calls {@code readAgain} with partitions of which the ledger lacks what came before. */
    TenantIntake(
            Ledger ledger,
            RecordJudge judge,
            Standing standing,
            Consumer<Collection<TopicPartition>> readAgain,
            IntakeConfig config) {
        this.ledger = ledger;
        this.judge = judge;
        this.standing = standing;
        this.readAgain = readAgain;
        this.config = config;
    }

    /** Hands a batch to the ledger, in the order of each partition. */
    @Incoming(CHANNEL)
    @Blocking
    public void accept(ConsumerRecords<byte[], byte[]> records) {
        Set<TopicPartition> behind = new HashSet<>();
        List<PolledRecord> placed = inOrder(records, behind);
        boolean trouble = !behind.isEmpty();
        try {
            handInAll(placed, behind);
        } catch (RuntimeException e) {
            if (ledger.stopping()) {
                throw e;
            }
            // A channel that fails reads nothing more, for as long as its process lives.
            LOGGER.error("a batch could not be handed in, nothing is lost, it is read again", e);
            behind.addAll(records.partitions());
            trouble = true;
        }
        if (trouble) {
            // Or a topic of which nothing can be placed is read to its end, as fast as it comes.
            ledger.pauseUnlessStopping(AGAIN);
        }
        if (!behind.isEmpty()) {
            LOGGER.warnf(
                    "what the ledger does not have is read again partitions=%d", behind.size());
            readAgain.accept(behind);
        }
    }

    private void handInAll(List<PolledRecord> records, Set<TopicPartition> behind) {
        List<PolledRecord> batch = new ArrayList<>();
        for (PolledRecord record : records) {
            batch.add(record);
            if (batch.size() >= config.batch()) {
                handIn(batch, behind);
                batch = new ArrayList<>();
            }
        }
        handIn(batch, behind);
    }

    /** Without those of which it is not known behind what they were read: these were not placed. */
    private static List<PolledRecord> inOrder(
            ConsumerRecords<byte[], byte[]> records, Set<TopicPartition> unplaced) {
        Map<Integer, List<PolledRecord>> byPartition = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record instanceof PolledRecord polled) {
                byPartition.computeIfAbsent(record.partition(), _ -> new ArrayList<>()).add(polled);
            } else {
                unplaced.add(new TopicPartition(record.topic(), record.partition()));
            }
        }
        return byPartition.values().stream().flatMap(List::stream).toList();
    }

    private void handIn(List<PolledRecord> records, Set<TopicPartition> behind) {
        List<PolledRecord> following =
                records.stream().filter(record -> !behind.contains(partition(record))).toList();
        if (!following.isEmpty()) {
            List<IntakeRequest.Item> items = following.stream().map(judge::judge).toList();
            handIn(new IntakeRequest(items, partitions(following)), behind);
        }
    }

    /** How many their topic has, if that is still the topic that this reader stands in. */
    private @Nullable Integer partitions(List<PolledRecord> records) {
        return standing.topic(records.getFirst().topic())
                .filter(topic ->
                        records.stream().allMatch(record -> record.topicId().equals(topic.id())))
                .map(TopicFacts::partitions)
                .orElse(null);
    }

    private static TopicPartition partition(PolledRecord record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    private void handIn(IntakeRequest request, Set<TopicPartition> behind) {
        // The ledger judges events in its reply; a refused call is a fault of our set-up.
        ledger.untilTaken("intake", api -> api.intake(request))
                .verdicts()
                .forEach(verdict -> note(verdict, behind));
    }

    private void note(IntakeReply.Verdict verdict, Set<TopicPartition> behind) {
        log(verdict);
        TopicPartition partition =
                new TopicPartition(verdict.position().topic(), verdict.position().partition());
        if (verdict.disposition() == Disposition.BEHIND) {
            behind.add(partition);
        } else {
            standing.took(partition, verdict.position().topicId(), verdict.position().offset());
        }
    }

    private static void log(IntakeReply.Verdict verdict) {
        LOGGER.infof(
                "event judged topic=%s partition=%d offset=%d disposition=%s code=%s",
                verdict.position().topic(),
                verdict.position().partition(),
                verdict.position().offset(),
                verdict.disposition(),
                verdict.code());
    }
}
