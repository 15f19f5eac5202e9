package io.leasehold.state.tenant;

import io.leasehold.ledger.api.Repair;
import io.leasehold.ledger.api.RepairReply;
import io.leasehold.ledger.api.Watermark;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.audit.Deed;
import io.leasehold.state.audit.Reason;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.source.SourceTopics;
import io.leasehold.state.source.Watermarks;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/** What operators say of sources; every act is audited. Safe to share. */
@ApplicationScoped
class SourceDesk {
    private final Mutiny.SessionFactory sessions;
    private final SourceTopics topics;
    private final Watermarks watermarks;
    private final HeldRecords records;
    private final HeldEvents held;
    private final Audit audit;

    SourceDesk(
            Mutiny.SessionFactory sessions,
            SourceTopics topics,
            Watermarks watermarks,
            HeldRecords records,
            HeldEvents held,
            Audit audit) {
        this.sessions = sessions;
        this.topics = topics;
        this.watermarks = watermarks;
        this.records = records;
        this.held = held;
        this.audit = audit;
    }

    /** What a repair begins with: what it does, and the tenants whose held events follow. */
    private record Begun(String what, boolean nothing, List<String> tenants) {}

    Uni<RepairReply> confirm(String actor, Repair.ConfirmTopic repair) {
        requireReason(repair);
        return sessions.withTransaction((session, _) ->
                        topics.newest(session, repair.topic())
                                .map(found -> found.orElseThrow(() -> unknown(repair.topic())))
                                .chain(newest -> confirm(session, actor, repair, newest)))
                .chain(begun ->
                        repair.execute()
                                ? Multi.createFrom()
                                        .iterable(begun.tenants())
                                        .onItem()
                                        .transformToUniAndConcatenate(held::settle)
                                        .collect()
                                        .asList()
                                        .map(settled ->
                                                new RepairReply(
                                                        !begun.nothing() || sum(settled) > 0,
                                                        begun.what()
                                                                + " "
                                                                + sum(settled)
                                                                + " held events were judged."))
                                : said(begun.what()));
    }

    private Uni<Begun> confirm(
            Mutiny.Session session,
            String actor,
            Repair.ConfirmTopic repair,
            SourceTopics.Newest newest) {
        String what =
                newest.confirmed()
                        ? "The topic is known as it is."
                        : "The topic %s (id %s, %d partitions) goes on where the one before ended."
                                .formatted(
                                        repair.topic(),
                                        newest.topicId(),
                                        newest.known().toldPartitions());
        Uni<Void> done =
                newest.confirmed() || !repair.execute()
                        ? Uni.createFrom().voidItem()
                        : topics.confirm(session, repair.topic(), newest.topicId())
                                .chain(() ->
                                        audit.record(
                                                session,
                                                new Deed(
                                                        actor,
                                                        "confirm-topic",
                                                        repair.topic() + "/" + newest.topicId(),
                                                        null,
                                                        repair.reason())));
        return done.chain(() -> records.tenants(session, repair.topic()))
                .map(tenants ->
                        new Begun(
                                what + " Tenants with held events: " + tenants.size() + ".",
                                newest.confirmed(),
                                tenants));
    }

    Uni<RepairReply> release(String actor, String tenantId, Repair.ReleaseHeld repair) {
        requireReason(repair);
        return sessions.withTransaction((session, _) ->
                        records.count(session, tenantId)
                                .call(count ->
                                        count == 0 || !repair.execute()
                                                ? Uni.createFrom().voidItem()
                                                : audit.record(
                                                        session,
                                                        new Deed(
                                                                actor,
                                                                "release-held",
                                                                tenantId,
                                                                tenantId,
                                                                repair.reason()))))
                .chain(count -> {
                    if (count == 0) {
                        return said("Nothing of this tenant is held.");
                    }
                    String what =
                            "Judges %d held events of %s in the order they came, each as newer than"
                                            .formatted(count, tenantId)
                                    + " all there is.";
                    return repair.execute()
                            ? held.release(tenantId)
                                    .map(settled ->
                                            new RepairReply(
                                                    true, what + " Judged: " + settled + "."))
                            : said(what);
                });
    }

    Uni<RepairReply> rewind(String actor, Repair.Rewind repair) {
        requireReason(repair);
        if (repair.offset() < 0) {
            throw new Refusal(400, "OFFSET_INVALID", "An offset is at least 0.");
        }
        return sessions.withTransaction((session, _) ->
                watermarks
                        .beyond(session, repair.topic(), repair.partition(), repair.offset())
                        .chain(marks -> rewind(session, actor, repair, marks)));
    }

    private Uni<RepairReply> rewind(
            Mutiny.Session session, String actor, Repair.Rewind repair, List<Watermark> marks) {
        if (marks.isEmpty()) {
            return said(
                    "No partition of "
                            + repair.topic()
                            + " has verdicts from offset "
                            + repair.offset()
                            + " on.");
        }
        String what =
                "Reads %s again from offset %d and judges it anew: %s."
                        .formatted(
                                repair.topic(),
                                repair.offset(),
                                marks.stream()
                                        .map(mark ->
                                                "partition %d, which stands at %d"
                                                        .formatted(
                                                                mark.partition(),
                                                                mark.nextOffset()))
                                        .collect(Collectors.joining("; ")));
        if (!repair.execute()) {
            return said(what);
        }
        return Multi.createFrom()
                .iterable(marks)
                .onItem()
                .transformToUniAndConcatenate(
                        mark -> watermarks.rewind(session, mark, repair.offset()))
                .collect()
                .asList()
                .chain(() ->
                        audit.record(
                                session,
                                new Deed(
                                        actor,
                                        "rewind-intake",
                                        repair.topic()
                                                + "/"
                                                + (repair.partition() == null
                                                        ? "*"
                                                        : repair.partition())
                                                + "/"
                                                + repair.offset(),
                                        null,
                                        repair.reason())))
                .replaceWith(new RepairReply(true, what));
    }

    private static int sum(List<Integer> settled) {
        return settled.stream().mapToInt(Integer::intValue).sum();
    }

    private static void requireReason(Repair repair) {
        if (repair.execute()) {
            Reason.required(repair.reason());
        }
    }

    private static Uni<RepairReply> said(String what) {
        return Uni.createFrom().item(new RepairReply(false, what));
    }

    private static Refusal unknown(String topic) {
        return new Refusal(404, "TOPIC_UNKNOWN", "No reader ever told of a topic " + topic + ".");
    }
}
