package io.leasehold.state.deadletter;

import io.leasehold.events.Header;
import io.leasehold.events.Headers;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.ledger.api.ReplayItemState;
import io.leasehold.ledger.api.SourcePosition;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ids;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.outbox.Outbox;
import io.leasehold.state.outbox.OutboxMessage;
import io.leasehold.state.outbox.OutboxSignal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Carries out what was decided of a replay, or says it. Safe to share. */
@ApplicationScoped
public class Replays {
    private final LetterRows rows;
    private final RunRetries retries;
    private final Outbox outbox;
    private final Audit audit;
    private final Ids ids;
    private final Signal claims;
    private final OutboxSignal waitingRows;

    /** Sends through {@code outbox}, starts through {@code retries}. */
    public Replays(
            LetterRows rows,
            RunRetries retries,
            Outbox outbox,
            Audit audit,
            Ids ids,
            @Named(Startup.CLAIMS) Signal claims,
            OutboxSignal waitingRows) {
        this.rows = rows;
        this.retries = retries;
        this.outbox = outbox;
        this.audit = audit;
        this.ids = ids;
        this.claims = claims;
        this.waitingRows = waitingRows;
    }

    /**
     * What was done.
     *
     * @param state what became of the letter so far
     * @param replayId of an event that was sent
     * @param code of the guard that said no
     */
    record Carried(
            ReplayItemState state, @Nullable String replayId, @Nullable String code, String what) {
        /** Whether anything was changed. */
        boolean executed() {
            return switch (state) {
                case SENT, AT_WORK, SUPERSEDED -> true;
                case WAITING, DONE, FAILED, NOTHING, REFUSED, SKIPPED -> false;
            };
        }
    }

    Uni<Carried> carryOut(Mutiny.Session session, ReplayPlanner.Planned planned) {
        return switch (planned.plan()) {
            case ReplayDecider.Plan.Refused refused ->
                    said(ReplayItemState.REFUSED, refused.code(), refused.what());
            case ReplayDecider.Plan.Nothing nothing ->
                    said(ReplayItemState.NOTHING, null, nothing.what());
            case ReplayDecider.Plan.SendAgain again -> send(session, planned, again);
            case ReplayDecider.Plan.NewAttempt attempt ->
                    retries.retry(session, stack(planned.letter()))
                            .chain(() -> close(session, planned, "REPLAYED", 1))
                            .chain(() -> said(ReplayItemState.AT_WORK, null, attempt.done()));
            case ReplayDecider.Plan.CloseSuperseded superseded ->
                    close(session, planned, "SUPERSEDED", 0)
                            .chain(() -> said(ReplayItemState.SUPERSEDED, null, superseded.done()));
        };
    }

    /** Wakes who waits for what a committed replay made. */
    void committed(boolean executed) {
        if (executed) {
            claims.wake();
            waitingRows.wakeAll();
        }
    }

    private Uni<Carried> send(
            Mutiny.Session session,
            ReplayPlanner.Planned planned,
            ReplayDecider.Plan.SendAgain plan) {
        RawRecord record = planned.record().orElseThrow();
        String replayId = ids.next();
        return rows.issue(session, replayId, planned.letter().id())
                .chain(() -> outbox.append(session, message(planned, record, replayId)))
                .chain(() -> close(session, planned, "REPLAYED", 1))
                .replaceWith(new Carried(ReplayItemState.SENT, replayId, null, plan.done()));
    }

    /**
     * Who replays it and why is told by the ledger and its audit only: nobody who reads the topic
     * needs it, and what people write may hold what not everybody may read.
     */
    private static OutboxMessage message(
            ReplayPlanner.Planned planned, RawRecord record, String replayId) {
        Letter letter = planned.letter();
        SourcePosition origin = record.position();
        List<Header> headers =
                new ArrayList<>(Headers.toSendAgain(LetterBytes.contract(record.headers())));
        headers.add(Header.of(Headers.REPLAY_ID, replayId));
        headers.add(Header.of(Headers.REPLAY_COUNT, Integer.toString(letter.replays() + 1)));
        headers.add(
                Header.of(
                        Headers.REPLAY_ORIGIN,
                        origin.topic() + "/" + origin.partition() + "/" + origin.offset()));
        RawRecord original = planned.open().original();
        if (letter.edited() != null && original != null) {
            headers.add(Header.of(Headers.REPLAY_EDITED_FROM_SHA256, sha256(bytes(original))));
        }
        String tenant = letter.tenantId();
        return new OutboxMessage(
                        tenant == null ? origin.topic() + "/" + origin.partition() : tenant,
                        origin.topic(),
                        record.key(),
                        LetterBytes.wire(headers),
                        record.value(),
                        null)
                .ofOthers();
    }

    private static byte[] bytes(RawRecord record) {
        byte[] value = record.value();
        return value == null ? new byte[0] : value;
    }

    private Uni<Void> close(
            Mutiny.Session session, ReplayPlanner.Planned planned, String status, int more) {
        Letter letter = planned.letter();
        return rows.close(session, letter.id(), status, letter.replays() + more)
                .chain(() ->
                        audit.record(
                                session,
                                letter.deed(
                                        planned.ask().actor(),
                                        "replay-dead-letter",
                                        planned.ask().reason())));
    }

    private static Uni<Carried> said(ReplayItemState state, @Nullable String code, String what) {
        return Uni.createFrom().item(new Carried(state, null, code, what));
    }

    private static StackRef stack(Letter letter) {
        String tenant = letter.tenantId();
        Integer incarnation = letter.incarnation();
        String stack = letter.stack();
        if (tenant == null || incarnation == null || stack == null) {
            throw new IllegalStateException("the letter of a run names its stack");
        }
        return new StackRef(tenant, incarnation, stack);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
