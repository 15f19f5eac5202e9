package io.leasehold.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.leasehold.client.Publication;
import io.leasehold.client.TenantPublisher;
import io.leasehold.events.EventJson;
import io.leasehold.events.EventType;
import io.leasehold.events.Headers;
import io.leasehold.events.Topics;
import io.leasehold.events.outgoing.RunKind;
import io.leasehold.events.outgoing.RunPhase;
import io.leasehold.events.outgoing.RunStatus;
import io.leasehold.events.outgoing.StackOutputs;
import io.leasehold.events.tenant.BlueprintRef;
import io.leasehold.events.tenant.TenantSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Upstream and downstream in one: sends the events of a phase and hears on the platform's topics
 * when each tenant is done. Used by one thread.
 */
final class Feed implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    /** So long with nobody done means that something is stuck. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String SOURCE = "/leasehold/bench";
    private static final String VERSION = "1.0.0";

    private final TenantPublisher publisher;
    private final KafkaConsumer<byte[], byte[]> consumer;

    /** Connects to the platform's broker. */
    Feed(String bootstrapServers) {
        publisher =
                TenantPublisher.connect(
                        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers), SOURCE);
        consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrapServers,
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed",
                                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                                false),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
    }

    /** Sends a phase's events for all tenants at once; returns how long each took to be done. */
    List<Duration> run(BenchModule module, Phase phase, List<String> tenants) {
        listenFromNow();
        Set<String> wanted = Set.copyOf(tenants);
        Map<String, Duration> done = new HashMap<>();
        long start = System.nanoTime();
        publish(module, phase, tenants);
        long lastProgress = System.nanoTime();
        while (done.size() < tenants.size()) {
            int before = done.size();
            for (ConsumerRecord<byte[], byte[]> heard : consumer.poll(POLL)) {
                String tenant = doneBy(heard, module, phase);
                if (wanted.contains(tenant)) {
                    done.putIfAbsent(tenant, Duration.ofNanos(System.nanoTime() - start));
                }
            }
            if (done.size() > before) {
                lastProgress = System.nanoTime();
            } else if (System.nanoTime() - lastProgress > PATIENCE.toNanos()) {
                throw new BenchFailedException(
                        "only %d of %d tenants were done, and none for %ds"
                                .formatted(done.size(), tenants.size(), PATIENCE.toSeconds()));
            }
        }
        return List.copyOf(done.values());
    }

    private void listenFromNow() {
        List<TopicPartition> partitions =
                Stream.of(Topics.STACK_OUTPUTS, Topics.RUN_STATUS, Topics.DEAD_LETTER)
                        .flatMap(topic -> consumer.partitionsFor(topic).stream())
                        .map(found -> new TopicPartition(found.topic(), found.partition()))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        // Seeking is lazy; asking for the position does it.
        partitions.forEach(consumer::position);
    }

    private void publish(BenchModule module, Phase phase, List<String> tenants) {
        List<CompletableFuture<Publication>> sent = new ArrayList<>();
        for (String tenant : tenants) {
            sent.add(
                    publisher.publishLater(
                            type(phase), EventJson.write(spec(module, phase, tenant))));
        }
        for (CompletableFuture<Publication> each : sent) {
            if (each.join() instanceof Publication.Refused refused) {
                throw new BenchFailedException("an event is refused: " + refused.refusal());
            }
        }
    }

    private static EventType type(Phase phase) {
        return switch (phase) {
            case CREATE -> EventType.TENANT_CREATED;
            case NO_OP -> EventType.TENANT_UPDATED;
            case DESTROY -> EventType.TENANT_DELETED;
        };
    }

    private static TenantSpec spec(BenchModule module, Phase phase, String tenant) {
        BlueprintRef blueprint = new BlueprintRef(module.blueprint(), VERSION);
        return switch (phase) {
            case CREATE, NO_OP ->
                    TenantSpec.active(
                            tenant,
                            1,
                            generation(phase),
                            blueprint,
                            JsonNodeFactory.instance.objectNode());
            case DESTROY -> TenantSpec.deleted(tenant, 1, generation(phase));
        };
    }

    private static long generation(Phase phase) {
        return switch (phase) {
            case CREATE -> 1;
            case NO_OP -> 2;
            case DESTROY -> 3;
        };
    }

    /** The tenant that is done by this record, or an empty text. */
    private static String doneBy(
            ConsumerRecord<byte[], byte[]> heard, BenchModule module, Phase phase) {
        String type = header(heard, Headers.CE_TYPE);
        try {
            if (heard.topic().equals(Topics.DEAD_LETTER)) {
                throw new BenchFailedException(
                        "a dead letter: " + header(heard, Headers.DEAD_LETTER_REASON));
            }
            if (type.equals(EventType.RUN_STATUS.value())) {
                return doneBy(EventJson.read(heard.value(), RunStatus.class), phase);
            }
            if (phase == Phase.CREATE && type.equals(EventType.OUTPUTS_PUBLISHED.value())) {
                StackOutputs outputs = EventJson.read(heard.value(), StackOutputs.class);
                return outputs.ready() && outputs.stack().equals(module.stack())
                        ? outputs.tenantId()
                        : "";
            }
            return "";
        } catch (IOException e) {
            throw new BenchFailedException("unreadable record on " + heard.topic(), e);
        }
    }

    private static String doneBy(RunStatus status, Phase phase) {
        if (status.phase() == RunPhase.FAILED) {
            throw new BenchFailedException(
                    "a run failed: %s %s".formatted(status.reason(), status.message()));
        }
        boolean done =
                switch (phase) {
                    case CREATE -> false;
                    case NO_OP ->
                            status.stack() == null
                                    && status.generation() == generation(phase)
                                    && (status.phase() == RunPhase.UNCHANGED
                                            || status.phase() == RunPhase.APPLIED);
                    case DESTROY ->
                            status.kind() == RunKind.DESTROY
                                    && status.phase() == RunPhase.SUCCEEDED;
                };
        return done ? status.tenantId() : "";
    }

    private static String header(ConsumerRecord<byte[], byte[]> heard, String name) {
        var found = heard.headers().lastHeader(name);
        return found == null ? "" : new String(found.value(), UTF_8);
    }

    @Override
    public void close() {
        publisher.close();
        consumer.close();
    }
}
