package io.leasehold.state.outbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.state.RowSet;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.zip.CRC32;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * What is to be published. A message is there when the transaction that appends it commits, and
 * only then; messages appended under one stack's row lock are published in the order of appending.
 *
 * <p>Wake {@link OutboxSignal} after the commit.
 */
@ApplicationScoped
public class Outbox {
    /**
     * How many shards there are. Fixed: the shard of a tenant must not move while rows wait. Few,
     * since each costs the broker transactions of its own; two let a second publisher help.
     */
    public static final int SHARDS = 2;

    private final ObjectMapper json;
    private final SealedRecords records;

    /** Writes headers with this mapper. */
    Outbox(ObjectMapper json, SealedRecords records) {
        this.json = json;
        this.records = records;
    }

    /** Appends one message in the caller's transaction. */
    public Uni<Void> append(Mutiny.Session session, OutboxMessage message) {
        return append(session, List.of(message));
    }

    /** Appends these messages, in this order, in the caller's transaction with one statement. */
    public Uni<Void> append(Mutiny.Session session, List<OutboxMessage> messages) {
        if (messages.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return records.lying(session, messages).chain(rows -> insert(session, rows));
    }

    private Uni<Void> insert(Mutiny.Session session, List<SealedRecords.Lying> rows) {
        // A delayed tombstone is for the storage of a key that nobody writes any more: whoever
        // writes the key again takes its place.
        return RowSet.of(rows)
                .number("shard", row -> shardOf(row.message().shardKey()))
                .text("topic", row -> row.message().topic())
                .bytes("key", SealedRecords.Lying::key)
                .text("headers", row -> written(row.headers()))
                .bytes("value", SealedRecords.Lying::value)
                .bytes("sealed", SealedRecords.Lying::sealed)
                .number("delay", row -> millis(row.message()))
                .update(
                        session,
                        """
                        with lying as materialized (select * from {rows}), replaced as (
                            delete from outbox where not_before > clock_timestamp() and value is null
                            and (topic, key) in (select topic, key from lying))
                        insert into outbox (shard, topic, key, headers, value, sealed, created_at, not_before)
                        select shard, topic, key, cast(headers as json), value, sealed, clock_timestamp(),
                            clock_timestamp() + delay * interval '1 millisecond'
                        from lying order by n
                        """)
                .replaceWithVoid();
    }

    /** The shard of a tenant: the same on every machine and in every version. */
    public static int shardOf(String shardKey) {
        CRC32 crc = new CRC32();
        crc.update(shardKey.getBytes(StandardCharsets.UTF_8));
        return (int) (crc.getValue() % SHARDS);
    }

    private static @Nullable Long millis(OutboxMessage message) {
        Duration delay = message.delay();
        return delay == null || delay.isZero() || delay.isNegative() ? null : delay.toMillis();
    }

    private String written(List<RawHeader> headers) {
        try {
            return json.writeValueAsString(headers);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("headers cannot be written as JSON", e);
        }
    }
}
