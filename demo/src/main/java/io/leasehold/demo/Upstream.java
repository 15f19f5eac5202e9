package io.leasehold.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.EventJson;
import io.leasehold.events.EventType;
import io.leasehold.events.Header;
import io.leasehold.events.Topics;
import io.leasehold.events.outgoing.CloudEventHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The system that tells the platform which tenants there are: sends tenant events over Kafka. */
final class Upstream implements AutoCloseable {
    private static final int SEND_SECONDS = 30;
    private static final String SOURCE = "https://upstream.example/demo";

    private final KafkaProducer<byte[], byte[]> producer;
    private final Clock clock;

    Upstream(String bootstrapServers, Clock clock) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        this.producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        this.clock = clock;
    }

    /** A record that was sent and may be sent again as it is. */
    record Sent(ProducerRecord<byte[], byte[]> record) {}

    Sent created(String tenant, Map<String, ?> variables) {
        return send(EventType.TENANT_CREATED, tenant, document(tenant, 1, "active", variables));
    }

    Sent updated(String tenant, long generation, Map<String, ?> variables) {
        return send(
                EventType.TENANT_UPDATED,
                tenant,
                document(tenant, generation, "active", variables));
    }

    Sent deleted(String tenant, long generation, Map<String, ?> variables) {
        return send(
                EventType.TENANT_DELETED,
                tenant,
                document(tenant, generation, "deleted", variables));
    }

    /** The same record once more, as an upstream that lost the answer does. */
    void again(Sent sent) {
        await(sent.record());
    }

    /** An update whose value breaks off before its end; whoever wrote it did not use a library. */
    String brokenUpdate(String tenant, long generation, Map<String, ?> variables) {
        String whole = document(tenant, generation, "active", variables);
        String broken = whole.substring(0, whole.length() - 1);
        send(EventType.TENANT_UPDATED, tenant, broken);
        return whole;
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

    private Sent send(EventType type, String tenant, String value) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        Topics.TENANT_LIFECYCLE,
                        tenant.getBytes(StandardCharsets.UTF_8),
                        value.getBytes(StandardCharsets.UTF_8));
        List<Header> headers =
                CloudEventHeaders.of(UUID.randomUUID().toString(), SOURCE, clock.instant())
                        .render(type.value(), "tenants/" + tenant, tenant);
        headers.forEach(header -> record.headers().add(header.name(), header.value()));
        await(record);
        return new Sent(record);
    }

    private void await(ProducerRecord<byte[], byte[]> record) {
        try {
            producer.send(record).get(SEND_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new BrokenPromiseException("an event could not be sent", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokenPromiseException("interrupted while sending an event", e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
