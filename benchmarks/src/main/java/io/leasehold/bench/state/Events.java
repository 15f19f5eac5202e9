package io.leasehold.bench.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.EventJson;
import io.leasehold.events.EventType;
import io.leasehold.events.Headers;
import io.leasehold.events.tenant.BlueprintRef;
import io.leasehold.events.tenant.SpecHash;
import io.leasehold.events.tenant.TenantSpec;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.ledger.api.Judgement;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.ledger.api.SourcePosition;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What a reader of one partition hands in: records with their judgement, batch by batch, written
 * down beforehand so that writing them costs nothing while it is measured. Used by one thread.
 */
final class Events {
    private static final String TOPIC = "bench.tenant.lifecycle";
    private static final BlueprintRef BLUEPRINT = new BlueprintRef("bench-data", "1.0.0");
    private static final String SOURCE = "/leasehold/bench";

    private final int partition;
    private final int partitions;
    private final int batch;
    private long offset;

    Events(int partition, int partitions, int batch) {
        this.partition = partition;
        this.partitions = partitions;
        this.batch = batch;
    }

    /** What an event says. */
    record Wish(String tenant, long generation, String note) {}

    /** The bodies of the requests that hand in these events, in order. */
    List<byte[]> requests(List<Wish> wishes) {
        List<byte[]> requests = new ArrayList<>();
        for (int from = 0; from < wishes.size(); from += batch) {
            long ledgerAt = offset;
            List<IntakeRequest.Item> items = new ArrayList<>();
            for (Wish wish : wishes.subList(from, Math.min(wishes.size(), from + batch))) {
                items.add(item(wish, ledgerAt));
            }
            requests.add(EventJson.write(new IntakeRequest(items, partitions)));
        }
        return requests;
    }

    private IntakeRequest.Item item(Wish wish, long ledgerAt) {
        EventType type =
                wish.generation() == 1 ? EventType.TENANT_CREATED : EventType.TENANT_UPDATED;
        ObjectNode variables = JsonNodeFactory.instance.objectNode().put("note", wish.note());
        TenantSpec spec =
                TenantSpec.active(wish.tenant(), 1, wish.generation(), BLUEPRINT, variables);
        ObjectNode data = EventJson.mapper().valueToTree(spec);
        String id = UUID.randomUUID().toString();
        return new IntakeRequest.Item(
                new RawRecord(
                        new SourcePosition(TOPIC, "bench", partition, offset++),
                        System.currentTimeMillis(),
                        wish.tenant().getBytes(UTF_8),
                        EventJson.write(spec),
                        List.of(
                                header(Headers.CONTENT_TYPE, "application/json"),
                                header(Headers.CE_SPECVERSION, "1.0"),
                                header(Headers.CE_ID, id),
                                header(Headers.CE_SOURCE, SOURCE),
                                header(Headers.CE_TYPE, type.value()),
                                header(Headers.CE_SUBJECT, wish.tenant()))),
                new Judgement.WellFormed(id, type.value(), SOURCE, null, data, SpecHash.of(data)),
                ledgerAt);
    }

    private static RawHeader header(String name, String value) {
        return new RawHeader(name, value.getBytes(UTF_8));
    }
}
