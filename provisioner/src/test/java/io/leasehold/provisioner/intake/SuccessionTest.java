package io.leasehold.provisioner.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.provisioner.ledger.Ledger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** Batches that were polled before their partition was placed anew, and are handed in after. */
class SuccessionTest {
    private static final TopicPartition PARTITION = new TopicPartition("tenants", 0);
    private static final String FIRST = "first-of-that-name";
    private static final String SECOND = "second-of-that-name";

    private final MemoryLedger ledger = new MemoryLedger();
    private final Standing standing = new Standing();
    private final Succession succession = new Succession();
    private final List<TopicPartition> again = new ArrayList<>();
    private final TenantIntake intake =
            new TenantIntake(
                    new Ledger(ledger),
                    new RecordJudge(),
                    standing,
                    again::addAll,
                    new Channel.Config(2));

    @Test
    void whatWasReadBeforeTheLedgerWentBackIsNotTakenForWhatFollowsAGap() {
        placedAt(FIRST, 0);
        intake.accept(polled(0, 1, 2, 3, 4, 5));
        ConsumerRecords<byte[], byte[]> seventh = polled(6);
        ConsumerRecords<byte[], byte[]> eighth = polled(7);
        ledger.putBack("tenants", 3);

        intake.accept(seventh);
        assertThat(again).containsExactly(PARTITION);
        // The channel is placed anew, while one batch is still on its way.
        placedAt(FIRST, 3);
        intake.accept(eighth);
        intake.accept(polled(3, 4, 5, 6, 7));

        assertThat(ledger.offsets(FIRST)).isEqualTo(LongStream.range(0, 8).boxed().toList());
    }

    @Test
    void whatWasReadOfATopicThatIsGoneIsNotTakenForTheNextOfThatName() {
        placedAt(FIRST, 0);
        ConsumerRecords<byte[], byte[]> late = polled(0, 1, 2);
        placedAt(SECOND, 0);

        intake.accept(late);
        assertThat(standing.now()).containsEntry(PARTITION, 0L);
        intake.accept(polled(0, 1));

        assertThat(ledger.offsets(FIRST)).containsExactly(0L, 1L, 2L);
        assertThat(ledger.offsets(SECOND)).containsExactly(0L, 1L);
    }

    @Test
    void gapsOfTheTopicAreNoneOfTheLedger() {
        placedAt(FIRST, 2);

        ConsumerRecords<byte[], byte[]> compacted = polled(5, 6, 9);

        assertThat(
                        StreamSupport.stream(compacted.spliterator(), false)
                                .map(record -> ((PolledRecord) record).follows()))
                .containsExactly(2L, 6L, 7L);
    }

    @Test
    void aPartitionIsPolledOnlyOnceItIsPlaced() {
        placedAt(FIRST, 0);
        succession.gaveUp(List.of(PARTITION));

        assertThatThrownBy(() -> polled(0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void onlyTheChannelsConsumerIsGivenTheInterceptorBehindThoseItHas() {
        SuccessionInterceptor.OfChannel customizer =
                new SuccessionInterceptor.OfChannel(succession);
        Config none = ConfigProvider.getConfig();
        String ours = SuccessionInterceptor.class.getName();

        assertThat(customizer.customize("another", none, Map.of())).isEmpty();
        assertThat(customizer.customize(TenantIntake.CHANNEL, none, Map.of()))
                .containsEntry("interceptor.classes", ours);
        assertThat(
                        customizer.customize(
                                TenantIntake.CHANNEL, none, Map.of("interceptor.classes", "a.B")))
                .containsEntry("interceptor.classes", "a.B," + ours);
    }

    private void placedAt(String topicId, long next) {
        standing.reads("tenants", new TopicFacts(topicId, 1));
        standing.standsAt(PARTITION, next);
        succession.startsAt(PARTITION, topicId, next);
    }

    private ConsumerRecords<byte[], byte[]> polled(long... offsets) {
        List<ConsumerRecord<byte[], byte[]>> records =
                LongStream.of(offsets)
                        .mapToObj(offset ->
                                new ConsumerRecord<>(
                                        "tenants", 0, offset, new byte[0], new byte[] {1}))
                        .toList();
        return succession.polled(new ConsumerRecords<>(Map.of(PARTITION, records), Map.of()));
    }
}
