package io.leasehold.state.deadletter;

import io.leasehold.events.Header;
import io.leasehold.events.Headers;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.ledger.api.ReplayReply;
import io.leasehold.ledger.api.ReplayRequest;
import io.leasehold.ledger.api.SourcePosition;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ids;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.outbox.Outbox;
import io.leasehold.state.outbox.OutboxMessage;
import io.leasehold.state.outbox.OutboxSignal;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Carries out what was decided of a replay, or says it. Safe to share. */
@ApplicationScoped
public class Replays {
    /** Which replay of the letter this is, from 1; for people, since anybody could write it. */
    private static final String REPLAY_COUNT = "x-replay-count";

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
     * Who replays what.
     *
     * @param record what would be sent: the corrected copy, else the original
     * @param original what came, where it was kept
     */
    record Act(
            String actor,
            Letter letter,
            Optional<RawRecord> record,
            Optional<RawRecord> original,
            ReplayRequest request) {}

    Uni<ReplayReply> carryOut(Mutiny.Session session, Act act, ReplayDecider.Plan plan) {
        if (!act.request().execute()) {
            return said(false, null, plan.what());
        }
        return switch (plan) {
            case ReplayDecider.Plan.Refused refused ->
                    throw new Refusal(409, refused.code(), refused.what());
            case ReplayDecider.Plan.Nothing nothing -> said(false, null, nothing.what());
            case ReplayDecider.Plan.SendAgain again -> send(session, act, again);
            case ReplayDecider.Plan.NewAttempt attempt ->
                    retries.retry(session, stack(act.letter()))
                            .chain(() -> close(session, act, "REPLAYED", 1))
                            .chain(() -> said(true, null, attempt.done()));
            case ReplayDecider.Plan.CloseSuperseded superseded ->
                    close(session, act, "SUPERSEDED", 0)
                            .chain(() -> said(true, null, superseded.done()));
        };
    }

    /** Wakes who waits for what a committed replay made. */
    void committed(boolean executed) {
        if (executed) {
            claims.wake();
            waitingRows.wakeAll();
        }
    }

    private Uni<ReplayReply> send(
            Mutiny.Session session, Act act, ReplayDecider.Plan.SendAgain plan) {
        RawRecord record = act.record().orElseThrow();
        String replayId = ids.next();
        return rows.issue(session, replayId, act.letter().id())
                .chain(() -> outbox.append(session, message(act, record, replayId)))
                .chain(() -> close(session, act, "REPLAYED", 1))
                .chain(() -> said(true, replayId, plan.done()));
    }

    private static OutboxMessage message(Act act, RawRecord record, String replayId) {
        SourcePosition origin = record.position();
        List<Header> headers =
                new ArrayList<>(
                        Headers.withoutPlatformOwned(LetterBytes.contract(record.headers())));
        headers.add(Header.of(Headers.REPLAY_ID, replayId));
        headers.add(Header.of(Headers.REPLAY_BY, act.actor()));
        headers.add(Header.of(Headers.REPLAY_REASON, act.request().reason().strip()));
        headers.add(
                Header.of(
                        Headers.REPLAY_ORIGIN,
                        origin.topic() + "/" + origin.partition() + "/" + origin.offset()));
        headers.add(Header.of(REPLAY_COUNT, Integer.toString(act.letter().replays() + 1)));
        if (act.letter().edited() != null) {
            byte[] original = act.original().map(Replays::bytes).orElseGet(() -> new byte[0]);
            headers.add(Header.of(Headers.REPLAY_EDITED_FROM_SHA256, sha256(original)));
        }
        String tenant = act.letter().tenantId();
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

    private Uni<Void> close(Mutiny.Session session, Act act, String status, int more) {
        Letter letter = act.letter();
        return rows.close(session, letter.id(), status, letter.replays() + more)
                .chain(() ->
                        audit.record(
                                session,
                                letter.deed(
                                        act.actor(),
                                        "replay-dead-letter",
                                        act.request().reason())));
    }

    private static Uni<ReplayReply> said(boolean executed, @Nullable String replayId, String what) {
        return Uni.createFrom().item(new ReplayReply(executed, replayId, what));
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
