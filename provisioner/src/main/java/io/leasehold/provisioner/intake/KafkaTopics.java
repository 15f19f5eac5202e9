package io.leasehold.provisioner.intake;

import io.leasehold.provisioner.ledger.Ledger;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Asks Kafka which topic bears a name now. Safe for many threads. */
@ApplicationScoped
public class KafkaTopics {

    private static final Logger LOGGER = Logger.getLogger(KafkaTopics.class);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Map<String, Object> kafka;
    private final Ledger ledger;
    private @Nullable Admin admin;

    /** Uses the same client settings as the channels; connects when it is first asked. */
    @Inject
    public KafkaTopics(
            @Identifier("default-kafka-broker") Map<String, Object> kafka, Ledger ledger) {
        this.kafka = kafka;
        this.ledger = ledger;
    }

    /** Asks until Kafka knows the topic, for as long as this process is not stopping. */
    TopicFacts mustFind(String topic) {
        while (true) {
            Optional<TopicFacts> facts = find(topic);
            if (facts.isPresent()) {
                return facts.get();
            }
            if (!ledger.pauseUnlessStopping(PAUSE)) {
                throw new IllegalStateException("Stopped before Kafka described " + topic);
            }
        }
    }

    /** Empty when there is no such topic at the moment, or no answer. */
    Optional<TopicFacts> find(String topic) {
        try {
            TopicDescription found =
                    admin().describeTopics(List.of(topic))
                            .allTopicNames()
                            .get(ANSWER.toMillis(), TimeUnit.MILLISECONDS)
                            .get(topic);
            return found == null
                    ? Optional.empty()
                    : Optional.of(
                            new TopicFacts(found.topicId().toString(), found.partitions().size()));
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOGGER.warnf("Kafka does not describe the topic topic=%s reason=%s", topic, e);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private synchronized Admin admin() {
        Admin connected = admin;
        if (connected == null) {
            connected = Admin.create(kafka);
            admin = connected;
        }
        return connected;
    }

    /** Lets go of the connection. */
    @PreDestroy
    public synchronized void close() {
        if (admin != null) {
            admin.close(Duration.ofSeconds(1));
        }
    }
}
