package io.leasehold.provisioner.intake;

import io.leasehold.ledger.api.IntakeReply;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.provisioner.ledger.Ledger;
import io.leasehold.provisioner.ledger.LedgerRefusal;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * The first step of every event: records in, verdicts durable in the ledger, then the
 * acknowledgement. A batch is acknowledged when this method returns, and it returns only when the
 * ledger has a verdict for each record; while the ledger is away it waits, the channel pauses, and
 * nothing is dead-lettered. Called by one thread at a time.
 */
@ApplicationScoped
public class TenantIntake {

    /** The channel, as the configuration names it. */
    static final String CHANNEL = "tenant-lifecycle";

    private static final Logger LOGGER = Logger.getLogger(TenantIntake.class);
    private static final Duration REFUSED_PAUSE = Duration.ofSeconds(5);

    private final Ledger ledger;
    private final RecordJudge judge;
    private final IntakeConfig config;

    /** Starts nothing; the channel calls {@link #accept}. */
    @Inject
    public TenantIntake(Ledger ledger, RecordJudge judge, IntakeConfig config) {
        this.ledger = ledger;
        this.judge = judge;
        this.config = config;
    }

    /** Hands a batch to the ledger, in the order of each partition. */
    @Incoming(CHANNEL)
    @Blocking
    public void accept(ConsumerRecords<byte[], byte[]> records) {
        List<IntakeRequest.Item> items = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : inOrder(records)) {
            items.add(judge.judge(record));
            if (items.size() >= config.batch()) {
                handIn(items);
                items = new ArrayList<>();
            }
        }
        if (!items.isEmpty()) {
            handIn(items);
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> inOrder(
            ConsumerRecords<byte[], byte[]> records) {
        Map<Integer, List<ConsumerRecord<byte[], byte[]>>> byPartition = new TreeMap<>();
        records.forEach(record ->
                byPartition
                        .computeIfAbsent(record.partition(), _ -> new ArrayList<>())
                        .add(record));
        return byPartition.values().stream().flatMap(List::stream).toList();
    }

    private void handIn(List<IntakeRequest.Item> items) {
        IntakeRequest request = new IntakeRequest(items);
        while (true) {
            try {
                IntakeReply reply =
                        ledger.persistently("intake", () -> true, api -> api.intake(request));
                reply.verdicts().forEach(TenantIntake::log);
                return;
            } catch (LedgerRefusal e) {
                // The ledger judges events in its reply; a refused call is a fault of our set-up.
                LOGGER.errorf(
                        "ledger refuses intake, nothing is lost and nothing moves; check the token"
                                + " code=%s detail=%s",
                        e.code(), e.getMessage());
                if (!ledger.pauseUnlessStopping(REFUSED_PAUSE)) {
                    throw e;
                }
            }
        }
    }

    private static void log(IntakeReply.Verdict verdict) {
        LOGGER.infof(
                "event judged topic=%s partition=%d offset=%d disposition=%s code=%s",
                verdict.position().topic(),
                verdict.position().partition(),
                verdict.position().offset(),
                verdict.disposition(),
                verdict.code());
    }
}
