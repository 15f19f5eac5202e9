package io.leasehold.state.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.ledger.api.OutboxRow;
import io.leasehold.state.Ledger;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.Arrays;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** What waits in the outbox, as a publisher would get it. */
@ApplicationScoped
public class WaitingRows {
    private final Mutiny.SessionFactory sessions;
    private final SealedRecords records;

    WaitingRows(Mutiny.SessionFactory sessions, SealedRecords records) {
        this.sessions = sessions;
        this.records = records;
    }

    /** All of a topic under a key, in order. */
    public List<OutboxRow> of(String topic, String key) {
        return all(topic).stream()
                .filter(row -> Arrays.equals(row.key(), key.getBytes(UTF_8)))
                .toList();
    }

    /** All of a topic, in order. */
    public List<OutboxRow> all(String topic) {
        return Ledger.await(() ->
                sessions.withSession(session ->
                        session.createNativeQuery(
                                        """
                                        select id, topic, key, cast(headers as text) as headers, value, sealed
                                        from outbox where topic = :topic order by id
                                        """,
                                        Tuple.class)
                                .setParameter("topic", topic)
                                .getResultList()
                                .chain(rows -> records.rows(session, rows))));
    }

    /** The values under a key, as text; none as "null". */
    public List<String> values(String topic, String key) {
        return of(topic, key).stream()
                .map(row -> row.value() == null ? "null" : new String(row.value(), UTF_8))
                .toList();
    }

    /** The headers of the newest record under a key, as name=value, in order. */
    public List<String> headers(String topic, String key) {
        return of(topic, key).getLast().headers().stream()
                .map(each ->
                        each.name()
                                + "="
                                + (each.value() == null ? "" : new String(each.value(), UTF_8)))
                .toList();
    }
}
