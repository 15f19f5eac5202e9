package io.leasehold.state.lease;

import io.leasehold.ledger.api.Claim;
import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.Uncancelled;
import io.leasehold.state.outbox.OutboxSignal;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Answers claims: at once when something is due, else when something becomes due within the wait.
 * Safe to share.
 */
@ApplicationScoped
public class Claims {
    private static final Logger LOGGER = Logger.getLogger(Claims.class);

    /**
     * A claim takes about so long; who finds all turns being served waits that long, then longer.
     */
    private static final Duration BUSY = Duration.ofMillis(4);

    /** About a second of it; then as if nothing were due. */
    private static final int MOST_BUSY_LOOKS = 22;

    /** A long queue of what cannot be had is walked so long also by who does not want to wait. */
    private static final Duration WALK = Duration.ofSeconds(5);

    private final Pulse pulse;
    private final ClaimSets sets;
    private final LeaseConfig config;
    private final Signal claims;

    /** Never woken. */
    private final Signal time;

    private final OutboxSignal outbox;

    /** Waits on {@code claims}. */
    Claims(
            Pulse pulse,
            ClaimSets sets,
            LeaseConfig config,
            @Named(Startup.CLAIMS) Signal claims,
            OutboxSignal outbox,
            Vertx vertx) {
        this.pulse = pulse;
        this.sets = sets;
        this.config = config;
        this.claims = claims;
        this.outbox = outbox;
        this.time = new Signal(vertx);
    }

    /** Gives one run, or nothing when none is due within the wait. */
    public Uni<Optional<Claim>> claim(ClaimRequest request) {
        Asking asking = new Asking(request);
        return Multi.createBy()
                .repeating()
                .uni(asking::look)
                .whilst(_ -> !asking.answered)
                .collect()
                .last();
    }

    /** One request until it is answered. Looks one after the other. */
    private final class Asking {
        private final ClaimRequest request;
        private final long deadline;
        private Turns.Reached reached = Turns.Reached.NOTHING;
        private int busyLooks;
        private volatile boolean answered;

        Asking(ClaimRequest request) {
            this.request = request;
            this.deadline = System.nanoTime() + Duration.ofMillis(request.waitMillis()).toNanos();
        }

        Uni<Optional<Claim>> look() {
            long seen = claims.version();
            Turns.Reached from = reached;
            reached = Turns.Reached.NOTHING;
            return Uncancelled.of(pulse.beatFirst())
                    .chain(() -> taken(from))
                    .chain(take ->
                            switch (take) {
                                case Take.Given(Claim claim) -> answer(claim);
                                case Take.Unfinished(Turns.Reached now) when mayGoOn() -> {
                                    reached = now;
                                    yield Uni.createFrom().item(Optional.empty());
                                }
                                case Take.Busy _ when busyLooks < MOST_BUSY_LOOKS -> {
                                    busyLooks++;
                                    yield claims.await(seen, BUSY.multipliedBy(busyLooks))
                                            .replaceWith(Optional.empty());
                                }
                                case Take.Unfinished _, Take.Busy _, Take.Nothing _ ->
                                        patience(seen);
                                case Take.Failed(Throwable why) -> Uni.createFrom().failure(why);
                            });
        }

        private boolean mayGoOn() {
            return System.nanoTime() - deadline < WALK.toNanos();
        }

        private Uni<Take> taken(Turns.Reached from) {
            return switch (request.lane()) {
                case LIFECYCLE -> sets.take(request, from);
                case DRIFT -> Uncancelled.of(sets.check(request));
            };
        }

        private Uni<Optional<Claim>> answer(Claim claim) {
            answered = true;
            LOGGER.infof(
                    "run claimed runId=%s stack=%s kind=%s worker=%s attempt=%d",
                    claim.runId(), claim.stack(), claim.kind(), request.worker(), claim.attempt());
            outbox.wake(claim.stack().tenantId());
            return Uni.createFrom().item(Optional.of(claim));
        }

        private Uni<Optional<Claim>> patience(long seen) {
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            answered = left.toMillis() <= 0;
            busyLooks = 0;
            Duration wait = left.compareTo(config.poll()) < 0 ? left : config.poll();
            return woken(seen, wait).replaceWith(Optional.empty());
        }

        private Uni<Void> woken(long seen, Duration wait) {
            return switch (request.lane()) {
                case LIFECYCLE -> claims.await(seen, wait);
                // Checks fall due by time: each wake would only be one more look in vain.
                case DRIFT -> time.await(wait);
            };
        }
    }
}
