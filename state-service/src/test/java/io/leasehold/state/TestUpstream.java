package io.leasehold.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.tenant.SpecHash;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.ledger.api.Judgement;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.ledger.api.SourcePosition;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One partition of an input topic of its own, with what intake says of each record. */
public final class TestUpstream {
    /** The {@code ce_source} of upstreams ordered by position. */
    public static final String BY_POSITION = "//by-position";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String topic;
    private final @Nullable String topicId;
    private final int partition;
    private final String source;
    private final ServiceClient intake = ServiceClient.as(TestTokens.INTAKE);
    private long next;
    private @Nullable Long ledgerAt;

    private int partitions = 24;

    /** Of a reader that tells no topic id. */
    public TestUpstream() {
        this("tenants-" + UUID.randomUUID(), null, 0, "//upstream");
    }

    private TestUpstream(String topic, @Nullable String topicId, int partition, String source) {
        this.topic = topic;
        this.topicId = topicId;
        this.partition = partition;
        this.source = source;
    }

    /** A topic of its own whose events are ordered by position. */
    public static TestUpstream byPosition() {
        return new TestUpstream(
                "tenants-" + UUID.randomUUID(), UUID.randomUUID().toString(), 0, BY_POSITION);
    }

    /** A topic made anew under the same name, read by a reader that tells its id. */
    public TestUpstream madeAgain() {
        return new TestUpstream(topic, UUID.randomUUID().toString(), partition, source);
    }

    /** Another partition of the topic. */
    public TestUpstream partition(int other) {
        return new TestUpstream(topic, topicId, other, source);
    }

    /** The topic has so many partitions from now on. */
    public void hasPartitions(int many) {
        partitions = many;
    }

    /** The topic's name. */
    public String topic() {
        return topic;
    }

    /** The id that is told of the topic. */
    public @Nullable String topicId() {
        return topicId;
    }

    /** Goes on at that offset. */
    public void goesTo(long offset) {
        next = offset;
    }

    /** Takes the ledger to stand there. */
    public void believesTheLedgerAt(long offset) {
        ledgerAt = offset;
    }

    /** The data of an event that wants a tenant of that blueprint. */
    public static ObjectNode wants(String tenant, long generation, String blueprint, int size) {
        ObjectNode data = JSON.createObjectNode();
        data.put("tenantId", tenant).put("generation", generation).put("lifecycle", "active");
        data.putObject("blueprint").put("name", blueprint).put("version", "1.0.0");
        data.putObject("variables").put("size", size);
        return data;
    }

    /** The same without a generation, which sources ordered by position do not count. */
    public static ObjectNode uncounted(ObjectNode data) {
        ObjectNode without = data.deepCopy();
        without.remove("generation");
        return without;
    }

    /** The data of a delete. */
    public static ObjectNode deletes(String tenant, long generation) {
        return JSON.createObjectNode()
                .put("tenantId", tenant)
                .put("generation", generation)
                .put("lifecycle", "deleted");
    }

    /** The next record of the partition, judged as well-formed. */
    public IntakeRequest.Item item(ObjectNode data) {
        return new IntakeRequest.Item(
                raw(data.path("tenantId").asText(), data.toString()),
                new Judgement.WellFormed(
                        UUID.randomUUID().toString(),
                        "io.leasehold.tenant.updated.v1",
                        source,
                        null,
                        data,
                        SpecHash.of(data)),
                ledgerAt);
    }

    /** The next record of the partition, judged as well-formed, with that id and that time. */
    public IntakeRequest.Item item(ObjectNode data, String eventId, long timestampMillis) {
        IntakeRequest.Item item = item(data);
        RawRecord raw = item.raw();
        return new IntakeRequest.Item(
                new RawRecord(
                        raw.position(), timestampMillis, raw.key(), raw.value(), raw.headers()),
                new Judgement.WellFormed(
                        eventId,
                        "io.leasehold.tenant.updated.v1",
                        source,
                        null,
                        data,
                        SpecHash.of(data)));
    }

    /** The next record of the partition, judged as well-formed, sent as that replay. */
    public IntakeRequest.Item replay(ObjectNode data, String replayId) {
        IntakeRequest.Item item = item(data);
        RawRecord raw = item.raw();
        List<RawHeader> headers = new ArrayList<>(raw.headers());
        headers.add(new RawHeader("x-replay-id", replayId.getBytes(UTF_8)));
        return new IntakeRequest.Item(
                new RawRecord(
                        raw.position(), raw.timestampMillis(), raw.key(), raw.value(), headers),
                item.judgement());
    }

    /** The next record of the partition, refused by intake. */
    public IntakeRequest.Item refused(String code) {
        return new IntakeRequest.Item(
                raw("someone", "{nonsense"),
                new Judgement.Refused(code, "it is nonsense", null, null, null, true));
    }

    /** The next record of the partition, refused by intake, with one more header of that name. */
    public IntakeRequest.Item refusedWithHeader(String header) {
        RawRecord raw = raw("someone", "{nonsense");
        RawRecord headed =
                new RawRecord(
                        raw.position(),
                        raw.timestampMillis(),
                        raw.key(),
                        raw.value(),
                        List.of(new RawHeader(header, new byte[] {0, -1})));
        return new IntakeRequest.Item(
                headed, new Judgement.Refused("JSON_MALFORMED", "x", null, null, null, true));
    }

    /** The next record of the partition, refused by intake for words that cannot be stored. */
    public IntakeRequest.Item refusedUnstorably() {
        return new IntakeRequest.Item(
                raw("someone", "{nonsense"),
                new Judgement.Refused("JSON_MALFORMED", "a\u0000b", null, null, null, true));
    }

    private RawRecord raw(String key, String value) {
        return new RawRecord(
                new SourcePosition(topic, topicId, partition, next++),
                1_700_000_000_000L,
                key.getBytes(UTF_8),
                value.getBytes(UTF_8),
                List.of(new RawHeader("content-type", "application/json".getBytes(UTF_8))));
    }

    /** Hands records in and gives the reply. */
    public ServiceClient.Reply handsIn(IntakeRequest.Item... items) {
        try {
            return intake.send(
                    "POST",
                    "/v1/intake",
                    JSON.writeValueAsString(
                            new IntakeRequest(
                                    List.of(items), topicId == null ? null : partitions)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Hands records in and gives their dispositions. */
    public List<String> dispositions(IntakeRequest.Item... items) {
        ServiceClient.Reply reply = handsIn(items);
        if (reply.status() != 200) {
            throw new AssertionError(reply.status() + " " + reply.body());
        }
        return reply.json()
                .path("verdicts")
                .valueStream()
                .map(verdict -> verdict.path("disposition").asText())
                .toList();
    }

    /** Publishes one event and gives its verdict. */
    public JsonNode publishes(ObjectNode data) {
        ServiceClient.Reply reply = handsIn(item(data));
        if (reply.status() != 200) {
            throw new AssertionError(reply.status() + " " + reply.body());
        }
        return reply.json().path("verdicts").path(0);
    }
}
