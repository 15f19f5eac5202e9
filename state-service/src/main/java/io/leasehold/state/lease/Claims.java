package io.leasehold.state.lease;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.Uncancelled;
import io.leasehold.state.outbox.OutboxSignal;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Answers claims: at once when something is due, else when something becomes due within the wait.
 * Safe to share.
 */
@ApplicationScoped
public class Claims {
    private static final Logger LOGGER = Logger.getLogger(Claims.class);

    private final Mutiny.SessionFactory sessions;
    private final Workers workers;
    private final Lanes lanes;
    private final LeaseConfig config;
    private final Signal claims;
    private final OutboxSignal outbox;

    /** Waits on {@code claims}. */
    Claims(
            Mutiny.SessionFactory sessions,
            Workers workers,
            Lanes lanes,
            LeaseConfig config,
            @Named(Startup.CLAIMS) Signal claims,
            OutboxSignal outbox) {
        this.sessions = sessions;
        this.workers = workers;
        this.lanes = lanes;
        this.config = config;
        this.claims = claims;
        this.outbox = outbox;
    }

    /** One look at the queue: what was found, and whether to look again. */
    private record Look(Optional<Claim> claim, boolean last) {}

    /** Gives one run, or nothing when none is due within the wait. */
    public Uni<Optional<Claim>> claim(ClaimRequest request) {
        long deadline = System.nanoTime() + Duration.ofMillis(request.waitMillis()).toNanos();
        return Uncancelled.of(
                        sessions.withTransaction(session ->
                                workers.mustBear(session, request.worker(), request.bootId())
                                        .chain(() -> lanes.given(session, request))))
                .chain(given ->
                        given.isPresent() ? Uni.createFrom().item(given) : poll(request, deadline));
    }

    private Uni<Optional<Claim>> poll(ClaimRequest request, long deadline) {
        return Multi.createBy()
                .repeating()
                .uni(() -> look(request, deadline))
                .whilst(look -> !look.last())
                .collect()
                .last()
                .map(Look::claim);
    }

    private Uni<Look> look(ClaimRequest request, long deadline) {
        long seen = claims.version();
        return Uncancelled.of(sessions.withTransaction(session -> lanes.take(session, request)))
                .invoke(claim -> {
                    if (claim.isPresent()) {
                        LOGGER.infof(
                                "run claimed runId=%s stack=%s kind=%s worker=%s attempt=%d",
                                claim.get().runId(),
                                claim.get().stack(),
                                claim.get().kind(),
                                request.worker(),
                                claim.get().attempt());
                        outbox.wake(claim.get().stack().tenantId());
                    }
                })
                .chain(claim -> {
                    Duration left = Duration.ofNanos(deadline - System.nanoTime());
                    if (claim.isPresent() || left.toMillis() <= 0) {
                        return Uni.createFrom().item(new Look(claim, true));
                    }
                    Duration wait = left.compareTo(config.poll()) < 0 ? left : config.poll();
                    return claims.await(seen, wait).replaceWith(new Look(claim, false));
                });
    }
}
