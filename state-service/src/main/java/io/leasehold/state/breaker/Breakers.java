package io.leasehold.state.breaker;

import io.leasehold.state.Ids;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Counts failures that are alike and opens breakers, in the transaction that ends the run. Whoever
 * calls holds the locks of the run's life and stacks. Safe to share.
 */
@ApplicationScoped
public class Breakers {
    private static final Logger LOGGER = Logger.getLogger(Breakers.class);
    private static final int ID_LENGTH = 8;

    private final FailureRows failures;
    private final BreakerRows rows;
    private final OpenBreakers open;
    private final BreakerConfig config;
    private final Ids ids;

    /** What opens is known to the claims of this process at once. */
    Breakers(
            FailureRows failures,
            BreakerRows rows,
            OpenBreakers open,
            BreakerConfig config,
            Ids ids) {
        this.failures = failures;
        this.rows = rows;
        this.open = open;
        this.config = config;
        this.ids = ids;
    }

    /** Notes a failed run. Gives the breaker that holds its stack from now on, if one does. */
    public Uni<Optional<BreakerHold>> failed(Mutiny.Session session, SharedFailure failure) {
        BreakerKind kind = BreakerKind.of(failure.code()).orElse(null);
        return kind == null
                ? Uni.createFrom().item(Optional.empty())
                : failures.place(session, failure.runId(), serial(kind, failure))
                        .chain(place ->
                                Signature.of(
                                                kind,
                                                failure.kind(),
                                                failure.circumstances(),
                                                place.module(),
                                                place.region())
                                        .map(alike -> failed(session, alike, cause(failure, place)))
                                        .orElseGet(() -> Uni.createFrom().item(Optional.empty()))
                                        .map(held -> held.map(hold -> at(failure, hold))));
    }

    private static BreakerHold at(SharedFailure failure, BreakerHold hold) {
        LOGGER.infof(
                "held by breaker runId=%s stack=%s breaker=%s code=%s",
                failure.runId(), failure.stack(), hold.breakerId(), failure.code());
        return hold;
    }

    /** What is known of the signature before anything is read: failures that are alike share it. */
    private static String serial(BreakerKind kind, SharedFailure failure) {
        return switch (kind) {
            case PROVIDER ->
                    failure.circumstances().provider()
                            + "|"
                            + Signature.credentials(failure.circumstances().credentials());
            case MODULE -> String.valueOf(failure.circumstances().fingerprint());
        };
    }

    private static BreakerRows.Cause cause(SharedFailure failure, FailureRows.Place place) {
        return new BreakerRows.Cause(
                failure.runId(), failure.stack().tenantId(), place.module(), failure.code());
    }

    private Uni<Optional<BreakerHold>> failed(
            Mutiny.Session session, Signature alike, BreakerRows.Cause cause) {
        return failures.keep(session, alike, cause)
                .chain(() -> rows.find(session, alike))
                .chain(breaker ->
                        breaker.isEmpty()
                                ? counted(session, alike, cause)
                                : held(session, breaker.get(), cause));
    }

    private Uni<Optional<BreakerHold>> counted(
            Mutiny.Session session, Signature alike, BreakerRows.Cause cause) {
        return failures.count(session, alike)
                .chain(count ->
                        switch (BreakerDecider.failed(
                                BreakerDecider.Phase.CLOSED, false, count, limits())) {
                            case OPEN -> opened(session, alike, cause, count);
                            case NOTHING, HOLD, REOPEN, PROBE, CLOSE ->
                                    Uni.createFrom().item(Optional.empty());
                        });
    }

    private BreakerDecider.Limits limits() {
        return new BreakerDecider.Limits(config.failures(), config.tenants());
    }

    private Uni<Optional<BreakerHold>> opened(
            Mutiny.Session session,
            Signature alike,
            BreakerRows.Cause cause,
            BreakerDecider.Alike count) {
        String id = "b-" + ids.secret().substring(0, ID_LENGTH);
        LOGGER.warnf(
                "breaker opened breaker=%s of=%s code=%s failures=%d tenants=%d runId=%s",
                id, alike.words(), cause.code(), count.failures(), count.tenants(), cause.runId());
        return rows.open(session, id, alike, cause, count, config.firstWait())
                .chain(() -> open.load(session))
                .replaceWith(
                        Optional.of(
                                new BreakerHold(
                                        id,
                                        BreakerRows.reason(
                                                alike,
                                                cause.code(),
                                                count.failures(),
                                                count.tenants()))));
    }

    private Uni<Optional<BreakerHold>> held(
            Mutiny.Session session, BreakerRows.Row breaker, BreakerRows.Cause cause) {
        return rows.isProbe(session, breaker, cause.runId())
                .chain(probing ->
                        switch (BreakerDecider.failed(
                                breaker.phase(),
                                probing,
                                new BreakerDecider.Alike(0, 0, 0),
                                limits())) {
                            case REOPEN -> rows.reopen(session, breaker, config.longestWait());
                            case NOTHING, HOLD, OPEN, PROBE, CLOSE -> Uni.createFrom().voidItem();
                        })
                .chain(() -> rows.covers(session, breaker, cause))
                .chain(() -> open.load(session))
                .replaceWith(Optional.of(new BreakerHold(breaker.id(), breaker.why())));
    }
}
