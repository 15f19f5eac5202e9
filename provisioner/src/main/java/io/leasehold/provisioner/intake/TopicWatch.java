package io.leasehold.provisioner.intake;

import io.leasehold.ledger.api.Watermark;
import io.leasehold.provisioner.ledger.Ledger;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Looks again and again whether the topic is still the one that is read and the ledger still where
 * it was, for what no record would tell: a topic made again, a rewind, a database put back.
 */
@ApplicationScoped
public class TopicWatch {

    private static final Logger LOGGER = Logger.getLogger(TopicWatch.class);

    private final KafkaTopics kafka;
    private final Ledger ledger;
    private final Standing standing;
    private final IntakeConfig config;
    private final Consumer<Collection<TopicPartition>> readAgain;

    @Inject
    TopicWatch(
            KafkaTopics kafka,
            Ledger ledger,
            Standing standing,
            IntakeConfig config,
            Rereading rereading) {
        this(kafka, ledger, standing, config, rereading::from);
    }

    /** Calls {@code readAgain} with partitions that must go on where the ledger stands. */
    TopicWatch(
            KafkaTopics kafka,
            Ledger ledger,
            Standing standing,
            IntakeConfig config,
            Consumer<Collection<TopicPartition>> readAgain) {
        this.kafka = kafka;
        this.ledger = ledger;
        this.standing = standing;
        this.config = config;
        this.readAgain = readAgain;
    }

    void onStart(@Observes StartupEvent event) {
        if (config.enabled()) {
            Thread.ofVirtual().name("topic-watch").start(this::watch);
        }
    }

    private void watch() {
        while (ledger.pauseUnlessStopping(config.topicCheck())) {
            try {
                look();
            } catch (RuntimeException e) {
                // Whatever it is: the next look is as good as this one.
                LOGGER.warnf("the ledger's positions cannot be read reason=%s", e.getMessage());
            }
        }
    }

    /** One look at every topic that is read. */
    void look() {
        // Taken before the ledger is asked: it can only have moved on since, unless it went back.
        Map<TopicPartition, Long> before = standing.now();
        Set<String> topics =
                before.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet());
        for (String topic : topics) {
            List<TopicPartition> own =
                    before.keySet().stream().filter(each -> each.topic().equals(topic)).toList();
            Optional<TopicFacts> found = kafka.find(topic);
            Optional<TopicFacts> read = standing.topic(topic);
            if (found.isEmpty() || read.isEmpty()) {
                continue;
            }
            if (!found.get().id().equals(read.get().id())) {
                LOGGER.warnf(
                        "the topic was made again, it is read from where the ledger has it topic=%s"
                                + " topicId=%s",
                        topic, found.get().id());
                readAgain.accept(own);
            } else {
                standing.reads(topic, found.get());
                readAgain.accept(behind(topic, found.get(), own, before));
            }
        }
    }

    private List<TopicPartition> behind(
            String topic,
            TopicFacts facts,
            List<TopicPartition> own,
            Map<TopicPartition, Long> before) {
        Map<Integer, Long> marks = new HashMap<>();
        for (Watermark mark : ledger.call(api -> api.watermarks(topic, facts.id()))) {
            marks.put(mark.partition(), mark.nextOffset());
        }
        List<TopicPartition> behind =
                own.stream()
                        .filter(each ->
                                marks.getOrDefault(each.partition(), 0L)
                                        < before.getOrDefault(each, 0L))
                        .toList();
        if (!behind.isEmpty()) {
            LOGGER.warnf(
                    "the ledger went back, it is followed topic=%s partitions=%d",
                    topic, behind.size());
        }
        return behind;
    }
}
