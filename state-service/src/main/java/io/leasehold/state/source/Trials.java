package io.leasehold.state.source;

import io.leasehold.state.source.TrialDecider.Evidence;
import io.smallrye.mutiny.Uni;
import jakarta.persistence.Tuple;
import java.util.OptionalInt;
import org.hibernate.reactive.mutiny.Mutiny;

/** The rows of trials of records that come again without a verdict. */
final class Trials {
    private static final String OF_RECORD =
            " topic = :topic and topic_id = :id and partition_no = :partition"
                    + " and delivered_offset = :offset and deliveries > 0 ";

    private static final String EVIDENCE =
            """
            select deliveries, tried_before, pg_postmaster_start_time() > tried_since as database_started,
                (select count(*) from service_start s where s.started_at > w.tried_since
                    - case when w.tried_before = 0 then interval '1 minute' else interval '0' end) as starts,
                exists (select 1 from source_partition o where o.deliveries >= w.deliveries - 1
                    and o.tried_since > statement_timestamp() - interval '10 minutes'
                    and (o.topic, o.topic_id, o.partition_no) <> (w.topic, w.topic_id, w.partition_no)) as others
            from source_partition w where
            """
                    + OF_RECORD
                    + "for update of w";

    private static final String ANEW =
            """
            update source_partition set tried_before = tried_before + deliveries - 1,
                deliveries = 1, tried_since = statement_timestamp() where
            """
                    + OF_RECORD
                    + "returning deliveries";

    private Trials() {}

    /** See {@link Watermarks#endTrial}. */
    static Uni<OptionalInt> end(Mutiny.Session session, Place place, int limit) {
        return of(session.createNativeQuery(EVIDENCE, Tuple.class), place)
                .getSingleResultOrNull()
                .chain(row ->
                        row == null
                                ? Uni.createFrom().item(OptionalInt.empty())
                                : end(session, place, limit, evidence(row)));
    }

    private static Evidence evidence(Tuple row) {
        return new Evidence(
                row.get("deliveries", Integer.class),
                row.get("tried_before", Integer.class),
                row.get("starts", Long.class),
                row.get("database_started", Boolean.class),
                row.get("others", Boolean.class));
    }

    private static Uni<OptionalInt> end(
            Mutiny.Session session, Place place, int limit, Evidence evidence) {
        return switch (TrialDecider.decide(evidence, limit)) {
            case AT_FAULT ->
                    Uni.createFrom()
                            .item(OptionalInt.of(evidence.before() + evidence.deliveries()));
            case TRY_ANEW ->
                    of(session.createNativeQuery(ANEW, Integer.class), place)
                            .getResultList()
                            .replaceWith(OptionalInt.empty());
        };
    }

    private static <T> Mutiny.SelectionQuery<T> of(Mutiny.SelectionQuery<T> query, Place place) {
        return query.setParameter("topic", place.topic())
                .setParameter("id", place.topicId())
                .setParameter("partition", place.partition())
                .setParameter("offset", place.offset());
    }
}
