package io.leasehold.provisioner.topics;

import io.leasehold.events.TopicSpec;
import io.leasehold.events.Topics;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jboss.logging.Logger;

/**
 * Creates missing topics before any channel connects. Existing topics are left as they are: their
 * partition count is part of the contract and never changed here.
 */
@ApplicationScoped
public class TopicCreation {

    private static final Logger LOGGER = Logger.getLogger(TopicCreation.class);

    private final TopicsConfig config;
    private final Map<String, Object> kafka;

    /** Uses the same client settings as the channels. */
    @Inject
    public TopicCreation(
            TopicsConfig config, @Identifier("default-kafka-broker") Map<String, Object> kafka) {
        this.config = config;
        this.kafka = kafka;
    }

    void onStart(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        if (config.createTopics()) {
            createMissing();
        }
    }

    private void createMissing() {
        long waitMillis = config.startTimeout().toMillis();
        try (Admin admin = Admin.create(kafka)) {
            Set<String> existing =
                    admin.listTopics().names().get(waitMillis, TimeUnit.MILLISECONDS);
            List<NewTopic> missing =
                    Topics.all().stream()
                            .filter(topic -> !existing.contains(topic.name()))
                            .map(this::newTopic)
                            .toList();
            admin.createTopics(missing).all().get(waitMillis, TimeUnit.MILLISECONDS);
            LOGGER.infof("topics are there created=%d", missing.size());
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException(
                        "The topics could not be created: " + e.getMessage(), e);
            }
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "The broker at "
                            + kafka.get("bootstrap.servers")
                            + " did not answer; check kafka.bootstrap.servers",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Stopped while creating topics", e);
        }
    }

    private NewTopic newTopic(TopicSpec topic) {
        int partitions = config.partitions().orElse(topic.partitions());
        return new NewTopic(
                        topic.name(),
                        Optional.of(partitions),
                        Optional.of(config.replicationFactor()))
                .configs(topic.config());
    }
}
