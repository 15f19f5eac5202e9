package io.leasehold.provisioner.intake;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.ClientCustomizer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * Hands what a consumer polls to its {@link Succession}, within the poll itself: the only moment at
 * which it is certain what a record was read behind. Made by Kafka.
 */
public final class SuccessionInterceptor implements ConsumerInterceptor<byte[], byte[]> {

    private static final String SUCCESSION = "leasehold.succession";

    private @Nullable Succession succession;

    /** Kafka calls {@link #configure} before anything else. */
    public SuccessionInterceptor() {}

    /** What a consumer's settings must hold besides their own. */
    static Map<String, Object> settings(Succession succession) {
        return Map.of(
                ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
                SuccessionInterceptor.class.getName(),
                SUCCESSION,
                succession);
    }

    /** Gives them to the channel's consumer. */
    @ApplicationScoped
    @Identifier(TenantIntake.CHANNEL)
    static class OfChannel implements ClientCustomizer<Map<String, Object>> {

        private final Succession succession;

        @Inject
        OfChannel(Succession succession) {
            this.succession = succession;
        }

        @Override
        public Map<String, Object> customize(
                String channel, Config channelConfig, Map<String, Object> config) {
            if (!channel.equals(TenantIntake.CHANNEL)) {
                return config;
            }
            Map<String, Object> all = new HashMap<>(config);
            Object others = config.get(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG);
            all.putAll(settings(succession));
            if (others != null) {
                // Whatever they make of a record, it is read behind what it is read behind.
                all.merge(
                        ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
                        others,
                        (ours, more) -> more + "," + ours);
            }
            return all;
        }
    }

    @Override
    public void configure(Map<String, ?> configs) {
        succession = (Succession) configs.get(SUCCESSION);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        return Objects.requireNonNull(succession).polled(records);
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}
}
