package io.leasehold.provisioner.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.leasehold.provisioner.ledger.Ledger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** A channel whose method fails is not read any further, though its process lives. */
class TenantIntakeTest {

    private static final TopicPartition PARTITION = new TopicPartition("topic", 3);

    private final Ledger ledger = new Ledger(new MemoryLedger());
    private final List<Collection<TopicPartition>> again = new ArrayList<>();
    private final TenantIntake intake =
            new TenantIntake(
                    ledger, new RecordJudge(), new Standing(), again::add, new Channel.Config(2));

    /** As it comes where the partition could not be placed. */
    private static ConsumerRecords<byte[], byte[]> readBehindNobodyKnowsWhat() {
        return new ConsumerRecords<>(
                Map.of(
                        PARTITION,
                        List.of(new ConsumerRecord<>("topic", 3, 7, new byte[0], new byte[0]))),
                Map.of());
    }

    @Test
    void whatCannotBeHandedInIsReadAgain() {
        intake.accept(readBehindNobodyKnowsWhat());

        assertThat(again).singleElement().satisfies(all -> assertThat(all).contains(PARTITION));
    }

    @Test
    void ofAProcessThatStopsItIsNotAcknowledged() {
        ledger.stop();

        assertThatIllegalStateException()
                .isThrownBy(() -> intake.accept(readBehindNobodyKnowsWhat()));
    }
}
