package io.leasehold.state.outbox;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.OutboxRow;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.state.WorkerThreads;
import io.leasehold.state.sealing.KeyOwner;
import io.leasehold.state.sealing.Sealer;
import io.leasehold.state.sealing.Sealers;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Seals what others sent while it waits in the outbox, key and headers with it, for the platform;
 * reads rows of both kinds. Safe to share.
 */
@ApplicationScoped
class SealedRecords {
    private static final TypeReference<List<RawHeader>> HEADERS = new TypeReference<>() {};

    private final Sealers sealers;
    private final WorkerThreads workers;
    private final ObjectMapper json;

    SealedRecords(Sealers sealers, WorkerThreads workers, ObjectMapper json) {
        this.sealers = sealers;
        this.workers = workers;
        this.json = json;
    }

    /** What a row says. */
    private record Content(
            byte @Nullable [] key, List<RawHeader> headers, byte @Nullable [] value) {}

    /** A message as its row has it: in the clear, or sealed. */
    record Lying(OutboxMessage message, byte @Nullable [] sealed) {
        byte @Nullable [] key() {
            return sealed == null ? message.key() : null;
        }

        List<RawHeader> headers() {
            return sealed == null ? message.headers() : List.of();
        }

        byte @Nullable [] value() {
            return sealed == null ? message.value() : null;
        }
    }

    /** In the order of the messages. */
    Uni<List<Lying>> lying(Mutiny.Session session, List<OutboxMessage> messages) {
        if (sealers.asBefore() || messages.stream().noneMatch(OutboxMessage::fromOthers)) {
            return Uni.createFrom()
                    .item(messages.stream().map(each -> new Lying(each, null)).toList());
        }
        return sealers.of(session, KeyOwner.PLATFORM)
                .chain(sealer -> workers.call(() -> lying(sealer, messages)));
    }

    private List<Lying> lying(Sealer sealer, List<OutboxMessage> messages) throws IOException {
        List<Lying> rows = new ArrayList<>();
        for (OutboxMessage each : messages) {
            rows.add(new Lying(each, each.fromOthers() ? seal(sealer, each) : null));
        }
        return rows;
    }

    private byte[] seal(Sealer sealer, OutboxMessage each) throws IOException {
        Content content = new Content(each.key(), each.headers(), each.value());
        return sealer.seal(json.writeValueAsBytes(content), context(each.topic()));
    }

    /** Rows with id, topic, key, headers (as text), value and sealed, as they are to be sent. */
    Uni<List<OutboxRow>> rows(Mutiny.Session session, List<Tuple> rows) {
        List<byte[]> sealed =
                rows.stream()
                        .map(row -> row.get("sealed", byte[].class))
                        .filter(Objects::nonNull)
                        .toList();
        if (sealed.isEmpty()) {
            return Uni.createFrom().item(rows.stream().map(this::inTheClear).toList());
        }
        return sealers.toOpen(session, KeyOwner.PLATFORM, sealed)
                .chain(sealer -> workers.call(() -> opened(sealer, rows)));
    }

    private List<OutboxRow> opened(Sealer sealer, List<Tuple> rows) throws IOException {
        List<OutboxRow> opened = new ArrayList<>();
        for (Tuple row : rows) {
            byte[] sealed = row.get("sealed", byte[].class);
            opened.add(sealed == null ? inTheClear(row) : open(sealer, row, sealed));
        }
        return opened;
    }

    private OutboxRow open(Sealer sealer, Tuple row, byte[] sealed) throws IOException {
        String topic = row.get("topic", String.class);
        Content content = json.readValue(sealer.open(sealed, context(topic)), Content.class);
        return new OutboxRow(id(row), topic, content.key(), content.headers(), content.value());
    }

    private OutboxRow inTheClear(Tuple row) {
        try {
            return new OutboxRow(
                    id(row),
                    row.get("topic", String.class),
                    row.get("key", byte[].class),
                    json.readValue(row.get("headers", String.class), HEADERS),
                    row.get("value", byte[].class));
        } catch (IOException e) {
            throw new IllegalStateException("headers of an outbox row cannot be read", e);
        }
    }

    private static long id(Tuple row) {
        return ((Number) row.get("id")).longValue();
    }

    private static String context(String topic) {
        return "outbox:" + topic;
    }
}
