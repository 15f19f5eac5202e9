package io.leasehold.state.tenant;

import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.IntakeReply;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.state.source.Place;
import io.leasehold.state.source.Watermarks.Mark;
import io.leasehold.state.source.Watermarks.Partition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Records against the marks of their partitions: which of them are to be judged, and where the
 * partitions stand then. Pure; for one transaction.
 */
final class Partway {
    private final List<IntakeRequest.Item> items;
    private final IdentityHashMap<IntakeRequest.Item, TenantEvents.Outcome> unread =
            new IdentityHashMap<>();
    private final List<Judging.Handed> handed = new ArrayList<>();
    private final Map<Partition, Long> next = new HashMap<>();

    /**
     * @param marks of all their partitions
     */
    Partway(List<IntakeRequest.Item> items, Map<Partition, Mark> marks) {
        this.items = items;
        for (IntakeRequest.Item item : items) {
            Place place = Place.of(item.raw().position());
            Partition partition = Partition.of(place);
            Mark mark = Objects.requireNonNull(marks.get(partition), "a partition is not locked");
            unread(item, next.getOrDefault(partition, mark.next()))
                    .ifPresentOrElse(
                            outcome -> unread.put(item, outcome),
                            () -> {
                                handed.add(new Judging.Handed(item, mark.reading()));
                                next.put(partition, place.offset() + 1);
                            });
        }
    }

    /** What is not to be looked at: it has its verdict, or what comes before it is lacking. */
    static Optional<TenantEvents.Outcome> unread(IntakeRequest.Item item, long next) {
        if (next > item.raw().position().offset()) {
            return Optional.of(TenantEvents.Outcome.of(Disposition.BELOW_WATERMARK));
        }
        return next < ledgerAt(item)
                ? Optional.of(
                        new TenantEvents.Outcome(
                                Disposition.BEHIND, null, "the ledger stands at offset " + next))
                : Optional.empty();
    }

    static long ledgerAt(IntakeRequest.Item item) {
        Long told = item.ledgerAt();
        return told == null ? 0 : told;
    }

    static IntakeReply.Verdict verdict(IntakeRequest.Item item, TenantEvents.Outcome outcome) {
        return new IntakeReply.Verdict(
                item.raw().position(), outcome.disposition(), outcome.code(), outcome.reason());
    }

    /** Those to be judged, in order. */
    List<Judging.Handed> handed() {
        return handed;
    }

    /** Where the partitions stand once those are judged. */
    Map<Partition, Long> next() {
        return next;
    }

    /** One for each record, with what became of those that were judged. */
    List<IntakeReply.Verdict> verdicts(List<TenantEvents.Outcome> judged) {
        Iterator<TenantEvents.Outcome> became = judged.iterator();
        return items.stream()
                .map(item ->
                        verdict(item, unread.containsKey(item) ? unread.get(item) : became.next()))
                .toList();
    }
}
