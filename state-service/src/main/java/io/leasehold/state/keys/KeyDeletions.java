package io.leasehold.state.keys;

import io.leasehold.ledger.api.KeyDeletionReply;
import io.leasehold.ledger.api.KeyLoss;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.problem.Refusal;
import io.leasehold.state.sealing.KeyOwner;
import io.leasehold.state.sealing.Sealers;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Deletes the data key of a life that is gone, by command or, where it is set, by time; under the
 * life's lock, audited, with a receipt. This process forgets the key at once, others when they have
 * had it in memory for {@code leasehold.sealing.key-time}. Safe to share.
 */
@ApplicationScoped
class KeyDeletions {
    private static final Logger LOGGER = Logger.getLogger(KeyDeletions.class);

    private final Mutiny.SessionFactory sessions;
    private final GoneLives lives;
    private final Sealers sealers;
    private final Audit audit;
    private final KeysConfig config;

    KeyDeletions(
            Mutiny.SessionFactory sessions,
            GoneLives lives,
            Sealers sealers,
            Audit audit,
            KeysConfig config) {
        this.sessions = sessions;
        this.lives = lives;
        this.sealers = sealers;
        this.audit = audit;
        this.config = config;
    }

    /** Deletes, or says what that would mean; fails with a refusal where it may not be. */
    Uni<KeyDeletionReply> delete(GoneLives.Life life, GoneLives.Order order, boolean execute) {
        return sessions.withTransaction((session, _) ->
                        lives.lock(session, life)
                                .map(facts ->
                                        DeletionDecider.decide(facts.orElse(null), life.name()))
                                .map(KeyDeletions::allowed)
                                .chain(key -> delete(session, life, key, order, execute)))
                .invoke(reply -> {
                    if (reply.executed()) {
                        sealers.forget(KeyOwner.life(life.tenantId(), life.incarnation()));
                        LOGGER.warnf(
                                "data key deleted owner=%s keyId=%s actor=%s",
                                life.name(), reply.keyId(), order.actor());
                    }
                });
    }

    private static DeletionDecider.Key allowed(DeletionDecider.Verdict verdict) {
        return switch (verdict) {
            case DeletionDecider.Verdict.Delete delete -> delete.key();
            case DeletionDecider.Verdict.Refuse refuse ->
                    throw new Refusal(refuse.status(), refuse.code(), refuse.what());
        };
    }

    private Uni<KeyDeletionReply> delete(
            Mutiny.Session session,
            GoneLives.Life life,
            DeletionDecider.Key key,
            GoneLives.Order order,
            boolean execute) {
        return lives.left(session, life)
                .call(loss ->
                        execute
                                ? lives.delete(session, life, key, loss, order)
                                        .chain(() ->
                                                audit.record(
                                                        session,
                                                        order.actor(),
                                                        "delete-key",
                                                        life.name(),
                                                        order.reason()))
                                : Uni.createFrom().voidItem())
                .map(loss ->
                        new KeyDeletionReply(execute, key.id(), loss, words(life, loss, execute)));
    }

    private static String words(GoneLives.Life life, KeyLoss loss, boolean execute) {
        return "%s of %s for ever: %d state versions, inputs of %d revisions, %d log lines, %d dead letters. Backups that hold the key still open them."
                .formatted(
                        execute ? "Made unreadable what is left" : "Makes unreadable what is left",
                        life.name(),
                        loss.stateVersions(),
                        loss.inputs(),
                        loss.logLines(),
                        loss.deadLetters());
    }

    @Scheduled(
            every = "${leasehold.keys.delete-check:PT10M}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> deleteOld() {
        return config.deleteAfter()
                .map(this::deleteAfter)
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    Uni<Void> deleteAfter(Duration time) {
        GoneLives.Order order =
                new GoneLives.Order(
                        "retention", "gone for " + time + ", by leasehold.keys.delete-after");
        return sessions.withSession(session -> lives.over(session, time))
                .chain(over ->
                        Multi.createFrom()
                                .iterable(over)
                                .onItem()
                                .transformToUniAndConcatenate(life ->
                                        delete(life, order, true)
                                                .onFailure(Refusal.class)
                                                .recoverWithNull())
                                .collect()
                                .asList())
                .replaceWithVoid();
    }
}
