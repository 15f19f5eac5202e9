package io.leasehold.state.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.leasehold.events.ErrorCode;
import io.leasehold.events.Headers;
import io.leasehold.events.Topics;
import io.leasehold.events.outgoing.DeadLetterHeaders;
import io.leasehold.events.outgoing.RunDeadLetter;
import io.leasehold.events.outgoing.RunKind;
import io.leasehold.ledger.api.RawRecord;
import io.leasehold.ledger.api.SourcePosition;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.Ids;
import io.leasehold.state.outbox.Outbox;
import io.leasehold.state.outbox.OutboxMessage;
import io.leasehold.state.outbox.Publications;
import io.leasehold.state.source.Place;
import io.leasehold.state.stack.LifeRef;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Records what failed for good, in the caller's transaction: the row that is the truth and the
 * outbox record by which others hear of it. Wake {@link io.leasehold.state.outbox.OutboxSignal}
 * after the commit. Safe to share.
 */
@ApplicationScoped
public class DeadLetters {
    /**
     * Closes the open letters of a stack's runs, since the stack has moved on: the part of a
     * statement that knows its {@code :tenant}, {@code :incarnation} and {@code :stack}.
     */
    public static final String CLOSE_SUPERSEDED =
            """
            update dead_letter set status = 'SUPERSEDED', closed_at = clock_timestamp()
            where kind = 'RUN' and status = 'OPEN' and tenant_id = :tenant
              and incarnation = :incarnation and stack = :stack
            """;

    private static final Logger LOGGER = Logger.getLogger(DeadLetters.class);

    private final LetterRows rows;
    private final NewLetters letters;
    private final LetterBytes bytes;
    private final Outbox outbox;
    private final Publications publications;
    private final Ids ids;
    private final Clock clock;

    /** Writes through {@code rows} and {@code letters}. */
    DeadLetters(
            LetterRows rows,
            NewLetters letters,
            LetterBytes bytes,
            Outbox outbox,
            Publications publications,
            Ids ids,
            Clock clock) {
        this.rows = rows;
        this.letters = letters;
        this.bytes = bytes;
        this.outbox = outbox;
        this.publications = publications;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Records a refused event; gives the letter's id. What came back after a replay keeps the count
     * of its replays.
     */
    public Uni<String> refused(Mutiny.Session session, RefusedEvent event) {
        String id = ids.next();
        SourcePosition origin = event.raw().position();
        LOGGER.infof(
                "event refused deadLetterId=%s topic=%s partition=%d offset=%d errorCode=%s",
                id, origin.topic(), origin.partition(), origin.offset(), event.code());
        return before(session, event.raw())
                .chain(before -> {
                    DeadLetterHeaders headers = headers(id, event, before);
                    return sealed(session, id, event)
                            .chain(sealed ->
                                    letters.insert(
                                            session,
                                            told(headers, before),
                                            event,
                                            sealed.orElse(null)))
                            .chain(() -> outbox.append(session, message(event, headers)));
                })
                .replaceWith(id);
    }

    private NewLetters.Told told(DeadLetterHeaders headers, NewLetters.Before before) {
        return new NewLetters.Told(
                headers.deadLetterId(), headers.fingerprint(), headers.appVersion(), before);
    }

    private Uni<Optional<byte[]>> sealed(Mutiny.Session session, String id, RefusedEvent event) {
        return event.keepBytes()
                ? bytes.seal(session, id, event.tenantId(), event.incarnation(), event.raw())
                        .map(Optional::of)
                : Uni.createFrom().item(Optional.empty());
    }

    private Uni<NewLetters.Before> before(Mutiny.Session session, RawRecord raw) {
        Optional<String> replayId = Headers.replayId(LetterBytes.contract(raw.headers()));
        return replayId.isEmpty()
                ? Uni.createFrom().item(NewLetters.Before.NOTHING)
                : letters.before(session, replayId.get());
    }

    /** Where what was sent first stood, of a replay with an id that was issued here. */
    public Uni<Place> stoodAt(Mutiny.Session session, String replayId) {
        return letters.before(session, replayId)
                .map(NewLetters.Before::place)
                .onItem()
                .ifNull()
                .failWith(() -> new IllegalStateException("the replay id is not ours"));
    }

    private DeadLetterHeaders headers(String id, RefusedEvent event, NewLetters.Before before) {
        SourcePosition origin = event.raw().position();
        Integer incarnation = event.incarnation();
        return new DeadLetterHeaders(
                id,
                code(event.code()),
                event.reason(),
                List.of(),
                new DeadLetterHeaders.Origin(origin.topic(), origin.partition(), origin.offset()),
                new DeadLetterHeaders.About(
                        event.tenantId(),
                        incarnation == null ? null : incarnation.longValue(),
                        event.generation(),
                        null,
                        null),
                failures("intake", before.replays() + 1, before),
                letters.appVersion());
    }

    private DeadLetterHeaders.Failures failures(
            String stage, int attempts, NewLetters.Before before) {
        Instant now = clock.instant();
        Instant first = before.firstFailed();
        return new DeadLetterHeaders.Failures(stage, attempts, first == null ? now : first, now);
    }

    private static OutboxMessage message(RefusedEvent event, DeadLetterHeaders headers) {
        RawRecord raw = event.raw();
        String tenant = event.tenantId();
        OutboxMessage message =
                new OutboxMessage(
                        tenant == null
                                ? raw.position().topic() + "/" + raw.position().partition()
                                : tenant,
                        Topics.DEAD_LETTER,
                        event.keepBytes() || tenant == null
                                ? keyIfKept(event)
                                : tenant.getBytes(UTF_8),
                        LetterBytes.wire(
                                event.keepBytes()
                                        ? headers.over(LetterBytes.contract(raw.headers()))
                                        : headers.render()),
                        event.keepBytes() ? raw.value() : null,
                        null);
        return event.keepBytes() ? message.ofOthers() : message;
    }

    private static byte @Nullable [] keyIfKept(RefusedEvent event) {
        return event.keepBytes() ? event.raw().key() : null;
    }

    /**
     * Records a run that failed for good; gives the letter's id. Older letters of the stack close.
     */
    public Uni<String> failedRun(Mutiny.Session session, FailedRun run) {
        String id = ids.next();
        LOGGER.warnf(
                "run failed for good deadLetterId=%s runId=%s stack=%s errorCode=%s",
                id, run.runId(), run.stack(), run.code());
        return letters.before(session, run)
                .call(() -> rows.closeSuperseded(session, run.stack()))
                .chain(known -> {
                    DeadLetterHeaders headers = headers(id, run, known.before());
                    return letters.insert(
                                    session, told(headers, known.before()), run, known.blueprint())
                            .chain(() ->
                                    outbox.append(
                                            session,
                                            publications.deadLetter(letter(id, run), headers)));
                })
                .replaceWith(id);
    }

    private RunDeadLetter letter(String id, FailedRun run) {
        StackRef stack = run.stack();
        return new RunDeadLetter(
                id,
                stack.tenantId(),
                stack.incarnation(),
                stack.stack(),
                run.generation(),
                run.revision(),
                run.runId(),
                switch (run.kind()) {
                    case APPLY -> RunKind.APPLY;
                    case DESTROY -> RunKind.DESTROY;
                    case DRIFT -> RunKind.DRIFT_CHECK;
                    case STATE -> throw new IllegalStateException("never a letter: " + run.runId());
                },
                run.attempts(),
                code(run.code()),
                run.reason(),
                clock.instant());
    }

    private DeadLetterHeaders headers(String id, FailedRun run, NewLetters.Before before) {
        StackRef stack = run.stack();
        return new DeadLetterHeaders(
                id,
                code(run.code()),
                run.reason(),
                List.of(),
                null,
                new DeadLetterHeaders.About(
                        stack.tenantId(),
                        (long) stack.incarnation(),
                        run.generation(),
                        stack.stack(),
                        run.runId()),
                failures(run.stage(), run.attempts(), before),
                letters.appVersion());
    }

    /** Closes the open letters of all runs of these lives: the tenants have moved on. */
    public Uni<Void> closeSuperseded(Mutiny.Session session, List<LifeRef> lives) {
        return rows.closeSuperseded(session, lives);
    }

    /**
     * Uses up a replay id that a record carries, and remembers where that record stood. Intake asks
     * once for each record that has one.
     */
    public Uni<ReplayMark> honour(
            Mutiny.Session session, String replayId, Place place, int reading) {
        return rows.honour(session, replayId, place, reading);
    }

    /** The contract's code of that name; a name that it does not have is UNKNOWN. */
    static ErrorCode code(String name) {
        for (ErrorCode code : ErrorCode.values()) {
            if (code.name().equals(name)) {
                return code;
            }
        }
        return ErrorCode.UNKNOWN;
    }
}
