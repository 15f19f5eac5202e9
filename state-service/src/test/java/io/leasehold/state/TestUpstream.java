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
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One partition of an input topic of its own, with what intake says of each record. */
public final class TestUpstream {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String topic;
    private final @Nullable String topicId;
    private final int partition;
    private final ServiceClient intake = ServiceClient.as(TestTokens.INTAKE);
    private long next;
    private @Nullable Long ledgerAt;

    /** Of a reader that tells no topic id. */
    public TestUpstream() {
        this("tenants-" + UUID.randomUUID(), null, 0);
    }

    private TestUpstream(String topic, @Nullable String topicId, int partition) {
        this.topic = topic;
        this.topicId = topicId;
        this.partition = partition;
    }

    /** A topic made anew under the same name, read by a reader that tells its id. */
    public TestUpstream madeAgain() {
        return new TestUpstream(topic, UUID.randomUUID().toString(), partition);
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
                        "//upstream",
                        null,
                        data,
                        SpecHash.of(data)),
                ledgerAt);
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
                    JSON.writeValueAsString(new IntakeRequest(List.of(items))));
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
