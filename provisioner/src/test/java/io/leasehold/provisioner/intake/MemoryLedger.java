package io.leasehold.provisioner.intake;

import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.IntakeReply;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.ledger.api.SourcePosition;
import io.leasehold.ledger.api.Watermark;
import io.leasehold.provisioner.ledger.LedgerRefusal;
import io.leasehold.provisioner.ledger.SilentLedger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Keeps watermarks as the ledger does and remembers what it took. Safe for many threads. */
final class MemoryLedger extends SilentLedger {

    private record Partition(String topic, @Nullable String topicId, int number) {}

    private final Map<Partition, Long> next = new ConcurrentHashMap<>();
    final AtomicInteger refusals = new AtomicInteger();
    final List<SourcePosition> taken = new CopyOnWriteArrayList<>();

    /** Answers what no client of it thought of. */
    volatile boolean broken;

    @Override
    public IntakeReply intake(IntakeRequest request) {
        if (broken) {
            throw new IllegalStateException("not thought of");
        }
        List<IntakeReply.Verdict> verdicts = new ArrayList<>();
        for (IntakeRequest.Item item : request.items()) {
            SourcePosition at = item.raw().position();
            verdicts.add(
                    new IntakeReply.Verdict(
                            at,
                            take(at, Objects.requireNonNullElse(item.ledgerAt(), 0L)),
                            null,
                            null));
        }
        return new IntakeReply(verdicts);
    }

    private Disposition take(SourcePosition at, long ledgerAt) {
        Partition partition = new Partition(at.topic(), at.topicId(), at.partition());
        long stands = next.getOrDefault(partition, 0L);
        if (stands > at.offset()) {
            return Disposition.BELOW_WATERMARK;
        }
        if (stands < ledgerAt) {
            return Disposition.BEHIND;
        }
        next.put(partition, at.offset() + 1);
        taken.add(at);
        return Disposition.PENDING;
    }

    @Override
    public List<Watermark> watermarks(String topic, String topicId) {
        if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new LedgerRefusal(403, "ROLE_MISSING", "not with this token");
        }
        return next.entrySet().stream()
                .filter(each ->
                        each.getKey().topic().equals(topic)
                                && topicId.equals(each.getKey().topicId()))
                .map(each -> new Watermark(topic, topicId, each.getKey().number(), each.getValue()))
                .toList();
    }

    /** Forgets what it took from that offset on. */
    void putBack(String topic, long offset) {
        next.keySet().stream()
                .filter(each -> each.topic().equals(topic))
                .forEach(each -> next.put(each, offset));
        taken.removeIf(at -> at.topic().equals(topic) && at.offset() >= offset);
    }

    /** The offsets taken from such a topic, in the order taken. */
    List<Long> offsets(String topicId) {
        return taken.stream()
                .filter(at -> topicId.equals(at.topicId()))
                .map(SourcePosition::offset)
                .toList();
    }
}
