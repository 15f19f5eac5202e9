package io.leasehold.provisioner.intake;

import io.leasehold.events.ErrorCode;
import io.leasehold.events.EventJson;
import io.leasehold.events.Header;
import io.leasehold.events.intake.EventReader;
import io.leasehold.events.intake.Ordering;
import io.leasehold.events.intake.Reading;
import io.leasehold.events.tenant.TenantEvent;
import io.leasehold.ledger.api.IntakeRequest;
import io.leasehold.ledger.api.Judgement;
import io.leasehold.ledger.api.RawHeader;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.ledger.api.SourcePosition;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;

/**
 * Says of a record what can be said without the ledger, by the contract's own reader, and keeps its
 * bytes as they came. Never throws, whatever the bytes are. Safe for many threads.
 */
@ApplicationScoped
class RecordJudge {

    private final EventReader reader = new EventReader((_, _) -> Ordering.LEFT_TO_LEDGER);

    /** A ledger that stands before what the record was read behind will not take it. */
    IntakeRequest.Item judge(PolledRecord record) {
        List<Header> headers = new ArrayList<>();
        record.headers().forEach(header -> headers.add(new Header(header.key(), header.value())));
        Reading reading =
                reader.read(
                        new io.leasehold.events.intake.RawRecord(
                                record.topic(),
                                record.partition(),
                                record.offset(),
                                record.timestamp(),
                                record.key(),
                                record.value(),
                                headers));
        return new IntakeRequest.Item(raw(record, headers), judgement(reading), record.follows());
    }

    private static RawRecord raw(PolledRecord record, List<Header> headers) {
        return new RawRecord(
                new SourcePosition(
                        record.topic(), record.topicId(), record.partition(), record.offset()),
                record.timestamp(),
                record.key(),
                record.value(),
                headers.stream()
                        .map(header -> new RawHeader(header.name(), header.value()))
                        .toList());
    }

    private static Judgement judgement(Reading reading) {
        return switch (reading) {
            case Reading.Accepted(TenantEvent event, String specHash) ->
                    new Judgement.WellFormed(
                            event.envelope().id(),
                            event.type().value(),
                            event.envelope().source(),
                            event.envelope().traceparent(),
                            EventJson.mapper().valueToTree(event.data()),
                            specHash);
            case Reading.Refused refused ->
                    new Judgement.Refused(
                            refused.code().name(),
                            refused.reason(),
                            refused.claims().tenantId(),
                            refused.claims().eventId(),
                            refused.claims().type(),
                            refused.code() != ErrorCode.VAR_SENSITIVE_INLINE);
        };
    }
}
