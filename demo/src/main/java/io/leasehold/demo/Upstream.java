package io.leasehold.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.client.Publication;
import io.leasehold.client.TenantPublisher;
import io.leasehold.events.EventJson;
import io.leasehold.events.EventType;
import io.leasehold.events.Header;
import io.leasehold.events.Topics;
import io.leasehold.events.outgoing.CloudEventHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The system that tells the platform which tenants there are: sends tenant events over Kafka, as an
 * upstream team would, and once as nobody should. For one thread only.
 */
final class Upstream implements AutoCloseable {
    private static final int SEND_SECONDS = 30;
    private static final String SOURCE = "https://upstream.example/demo";

    private final KafkaProducer<byte[], byte[]> producer;
    private final TenantPublisher publisher;
    private final Clock clock;
    private String id = "";

    Upstream(String bootstrapServers, Clock clock) {
        this.producer =
                new KafkaProducer<>(
                        Map.<String, Object>of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrapServers,
                                ProducerConfig.ACKS_CONFIG,
                                "all"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        this.publisher = new TenantPublisher(producer, SOURCE, clock, () -> id);
        this.clock = clock;
    }

    void created(String tenant, Map<String, ?> variables) {
        id = freshId();
        publish(EventType.TENANT_CREATED, document(tenant, 1, "active", variables));
    }

    /** The last event once more, id and all, as an upstream that lost the answer does. */
    void createdAgain(String tenant, Map<String, ?> variables) {
        publish(EventType.TENANT_CREATED, document(tenant, 1, "active", variables));
    }

    void updated(String tenant, long generation, Map<String, ?> variables) {
        id = freshId();
        publish(EventType.TENANT_UPDATED, document(tenant, generation, "active", variables));
    }

    void deleted(String tenant, long generation, Map<String, ?> variables) {
        id = freshId();
        publish(EventType.TENANT_DELETED, document(tenant, generation, "deleted", variables));
    }

    /**
     * An update whose value breaks off before its end. The publisher would refuse to send it, so it
     * goes past it.
     *
     * @return the value as it should have been
     */
    String brokenUpdate(String tenant, long generation, Map<String, ?> variables) {
        String whole = document(tenant, generation, "active", variables);
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        Topics.TENANT_LIFECYCLE,
                        tenant.getBytes(StandardCharsets.UTF_8),
                        whole.substring(0, whole.length() - 1).getBytes(StandardCharsets.UTF_8));
        for (Header header :
                CloudEventHeaders.of(freshId(), SOURCE, clock.instant())
                        .render(EventType.TENANT_UPDATED.value(), "tenants/" + tenant, tenant)) {
            record.headers().add(header.name(), header.value());
        }
        try {
            producer.send(record).get(SEND_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new BrokenPromiseException("an event could not be sent", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokenPromiseException("interrupted while sending an event", e);
        }
        return whole;
    }

    private static String freshId() {
        return UUID.randomUUID().toString();
    }

    private static String document(
            String tenant, long generation, String lifecycle, Map<String, ?> variables) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.put("tenantId", tenant);
        data.put("incarnation", 1);
        data.put("generation", generation);
        data.put("lifecycle", lifecycle);
        data.putObject("blueprint").put("name", "starter").put("version", "1.0.0");
        data.set("variables", EventJson.mapper().valueToTree(variables));
        return data.toString();
    }

    private void publish(EventType type, String document) {
        switch (publisher.publish(type, document.getBytes(StandardCharsets.UTF_8))) {
            case Publication.Sent _ -> {
                // On the broker; what becomes of it is told by the topics.
            }
            case Publication.Refused refused ->
                    throw new BrokenPromiseException("the publisher refused: " + refused);
        }
    }

    @Override
    public void close() {
        publisher.close();
    }
}
