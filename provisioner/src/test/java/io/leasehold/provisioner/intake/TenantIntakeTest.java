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

    private final MemoryLedger service = new MemoryLedger();
    private final Ledger ledger = new Ledger(service);
    private final List<Collection<TopicPartition>> again = new ArrayList<>();
    private final TenantIntake intake =
            new TenantIntake(
                    ledger, new RecordJudge(), new Standing(), again::add, new Channel.Config(2));

    /** As it comes where the partition could not be placed. */
    private static ConsumerRecords<byte[], byte[]> readBehindNobodyKnowsWhat() {
        return records(new ConsumerRecord<>("topic", 3, 7, new byte[0], new byte[0]));
    }

    private static ConsumerRecords<byte[], byte[]> records(ConsumerRecord<byte[], byte[]> one) {
        return new ConsumerRecords<>(Map.of(PARTITION, List.of(one)), Map.of());
    }

    private static ConsumerRecords<byte[], byte[]> polled() {
        return records(
                new PolledRecord(
                        new ConsumerRecord<>("topic", 3, 7, new byte[0], new byte[0]), "id", 7));
    }

    @Test
    void whatWasReadBehindNobodyKnowsWhatIsReadAgain() {
        intake.accept(readBehindNobodyKnowsWhat());

        assertThat(again).singleElement().satisfies(all -> assertThat(all).contains(PARTITION));
        assertThat(service.taken).isEmpty();
    }

    @Test
    void whatCannotBeHandedInIsReadAgain() {
        service.broken = true;

        intake.accept(polled());

        assertThat(again).singleElement().satisfies(all -> assertThat(all).contains(PARTITION));
    }

    @Test
    void ofAProcessThatStopsItIsNotAcknowledged() {
        service.broken = true;
        ledger.stop();

        assertThatIllegalStateException().isThrownBy(() -> intake.accept(polled()));
    }
}
