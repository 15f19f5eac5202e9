package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.ReplayItemState;
import io.leasehold.ledger.api.ReplayItemView;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Reads the letters of replays with what became of each, as of now. Safe to share. */
@ApplicationScoped
class ReplayItems {
    /** What is looked up beside is looked up of those only that were sent and have not ended. */
    private static final String SELECT =
            """
            select i.batch_id, i.position, i.letter_id, i.tenant_id, i.state, i.code, i.what,
                cast(extract(epoch from i.sent_at) * 1000 as bigint) as sent_millis,
                cast(extract(epoch from i.ended_at) * 1000 as bigint) as ended_millis,
                b.asked_by, b.reason, cast(extract(epoch from b.created_at) * 1000 as bigint) as asked_millis,
                d.kind, p.honoured_at is not null as taken_in,
                e.disposition, e.code as event_code, e.reason as event_reason,
                n.code as again_code, n.reason as again_reason,
                coalesce(s.applied_revision >= d.revision, false) as applied,
                coalesce(s.revision > d.revision, true) as moved_on
            from replay_item i
            join replay_batch b on b.id = i.batch_id
            left join dead_letter d on d.id = i.letter_id and i.state in ('SENT', 'AT_WORK')
            left join replay p on p.replay_id = i.replay_id and d.kind = 'EVENT'
            left join tenant_event e on e.topic = p.honoured_topic and e.topic_id = p.honoured_topic_id
                and e.partition_no = p.honoured_partition and e.offset_no = p.honoured_offset
                and e.reading = p.honoured_reading
            left join lateral (select code, reason from dead_letter
                where came_of = d.id and d.kind = 'RUN' order by id desc limit 1) n on true
            left join stack s on s.tenant_id = d.tenant_id and s.incarnation = d.incarnation
                and s.stack = d.stack and d.kind = 'RUN'
            """;

    private static final String OF_BATCH =
            SELECT
                    + " where i.batch_id = :batch and i.position > :after order by i.position limit"
                    + " :limit";

    private static final String OF_LETTER =
            """
            with recursive chain (id, came_of) as (
                select id, came_of from dead_letter where id = :letter
                union select d.id, d.came_of from chain c join dead_letter d on d.id = c.came_of)
            """
                    + SELECT
                    + " where i.letter_id in (select id from chain)"
                    + " and i.batch_id < coalesce(cast(:after as text), 'z')"
                    + " order by i.batch_id desc limit :limit";

    /**
     * A letter in a replay.
     *
     * @param stored what the replay knew of it when it last looked
     * @param fate what became of it
     */
    record Item(
            String batchId,
            int position,
            String letterId,
            @Nullable String tenantId,
            ReplayItemState stored,
            FateDecider.Fate fate,
            @Nullable Instant sentAt,
            @Nullable Instant endedAt,
            String by,
            String reason,
            Instant asked) {

        /** Events that name no tenant have nothing in common. */
        StepDecider.Item turn() {
            return new StepDecider.Item(
                    position, tenantId == null ? "letter " + letterId : tenantId, fate.state());
        }

        ReplayItemView view() {
            return new ReplayItemView(
                    batchId,
                    position,
                    letterId,
                    tenantId,
                    fate.state(),
                    fate.code(),
                    fate.what().isEmpty() ? null : fate.what(),
                    sentAt == null ? null : sentAt.toString(),
                    endedAt == null ? null : endedAt.toString(),
                    by,
                    reason,
                    asked.toString());
        }
    }

    /** The letters of a replay in the order of their turns, behind this one. */
    Uni<List<Item>> of(Mutiny.Session session, String batchId, int after, int limit) {
        return session.createNativeQuery(OF_BATCH, Tuple.class)
                .setParameter("batch", batchId)
                .setParameter("after", after)
                .setParameter("limit", limit)
                .getResultList()
                .map(rows -> rows.stream().map(ReplayItems::item).toList());
    }

    /** Replays of a letter and of those that it came from, newest first. */
    Uni<List<Item>> ofLetter(
            Mutiny.Session session, String letterId, @Nullable String after, int limit) {
        return session.createNativeQuery(OF_LETTER, Tuple.class)
                .setParameter("letter", letterId)
                .setParameter("after", after)
                .setParameter("limit", limit)
                .getResultList()
                .map(rows -> rows.stream().map(ReplayItems::item).toList());
    }

    private static Item item(Tuple row) {
        ReplayItemState stored = ReplayItemState.valueOf(row.get("state", String.class));
        return new Item(
                row.get("batch_id", String.class),
                row.get("position", Integer.class),
                row.get("letter_id", String.class),
                row.get("tenant_id", String.class),
                stored,
                fate(row, stored),
                instant(row.get("sent_millis", Long.class)),
                instant(row.get("ended_millis", Long.class)),
                row.get("asked_by", String.class),
                row.get("reason", String.class),
                Instant.ofEpochMilli(row.get("asked_millis", Long.class)));
    }

    private static FateDecider.Fate fate(Tuple row, ReplayItemState stored) {
        return switch (stored) {
            case SENT, AT_WORK -> FateDecider.of(sent(row));
            case WAITING, DONE, FAILED, SUPERSEDED, NOTHING, REFUSED, SKIPPED -> {
                String what = row.get("what", String.class);
                yield new FateDecider.Fate(
                        stored, row.get("code", String.class), what == null ? "" : what);
            }
        };
    }

    private static FateDecider.Sent sent(Tuple row) {
        String kind = row.get("kind", String.class);
        if (kind == null) {
            return new FateDecider.Sent.Gone();
        }
        String disposition = row.get("disposition", String.class);
        return kind.equals("RUN")
                ? new FateDecider.Sent.Run(
                        row.get("again_code", String.class),
                        row.get("again_reason", String.class),
                        row.get("applied", Boolean.class),
                        row.get("moved_on", Boolean.class))
                : new FateDecider.Sent.Event(
                        row.get("taken_in", Boolean.class),
                        disposition == null ? null : Disposition.valueOf(disposition),
                        row.get("event_code", String.class),
                        row.get("event_reason", String.class));
    }

    private static @Nullable Instant instant(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }
}
