package io.leasehold.events;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The six topics of the contract. */
public final class Topics {
    public static final String TENANT_LIFECYCLE = "leasehold.tenant.lifecycle.v1";
    public static final String RUN_STATUS = "leasehold.run.status.v1";
    public static final String STACK_OUTPUTS = "leasehold.stack.outputs.v1";
    public static final String STACK_DRIFT = "leasehold.stack.drift.v1";
    public static final String STACK_DRIFT_CURRENT = "leasehold.stack.drift-current.v1";
    public static final String DEAD_LETTER = "leasehold.tenant.dead-letter.v1";

    /** More than any cell needs today, since it can never be changed without moving keys. */
    private static final int PARTITIONS = 24;

    /** The broker's default, said aloud: what is too large for us must still reach intake. */
    private static final int INPUT_MESSAGE_BYTES = 1024 * 1024 + 12;

    /** A dead letter is the record with headers added to it. */
    private static final int DEAD_LETTER_MESSAGE_BYTES = INPUT_MESSAGE_BYTES + 64 * 1024;

    private static final List<TopicSpec> ALL =
            List.of(
                    new TopicSpec(
                            TENANT_LIFECYCLE,
                            TopicKey.TENANT,
                            PARTITIONS,
                            kept(Duration.ofDays(90), INPUT_MESSAGE_BYTES)),
                    new TopicSpec(
                            RUN_STATUS,
                            TopicKey.TENANT,
                            PARTITIONS,
                            kept(Duration.ofDays(30), INPUT_MESSAGE_BYTES)),
                    new TopicSpec(STACK_OUTPUTS, TopicKey.STACK, PARTITIONS, compacted()),
                    new TopicSpec(
                            STACK_DRIFT,
                            TopicKey.STACK,
                            PARTITIONS,
                            kept(Duration.ofDays(90), INPUT_MESSAGE_BYTES)),
                    new TopicSpec(STACK_DRIFT_CURRENT, TopicKey.STACK, PARTITIONS, compacted()),
                    new TopicSpec(
                            DEAD_LETTER,
                            TopicKey.ORIGINAL,
                            PARTITIONS,
                            kept(Duration.ofDays(180), DEAD_LETTER_MESSAGE_BYTES)));

    private Topics() {}

    /** All topics, input first. */
    public static List<TopicSpec> all() {
        return ALL;
    }

    /**
     * The settings of one topic.
     *
     * @throws IllegalArgumentException if the contract has no topic of that name
     */
    public static TopicSpec spec(String name) {
        return ALL.stream()
                .filter(topic -> topic.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no topic of the contract"));
    }

    private static Map<String, String> kept(Duration retention, int messageBytes) {
        return Map.of(
                "cleanup.policy", "delete",
                "retention.ms", Long.toString(retention.toMillis()),
                "max.message.bytes", Integer.toString(messageBytes));
    }

    /**
     * A reader that is away for less than seven days misses no tombstone; what is overwritten is
     * gone within a day or so, since it may name what no longer exists.
     */
    private static Map<String, String> compacted() {
        return Map.of(
                "cleanup.policy",
                "compact",
                "delete.retention.ms",
                Long.toString(Duration.ofDays(7).toMillis()),
                "max.compaction.lag.ms",
                Long.toString(Duration.ofHours(24).toMillis()),
                "min.cleanable.dirty.ratio",
                "0.1");
    }
}
