package io.leasehold.provisioner.ledger;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.ProcessingException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.microprofile.rest.client.inject.RestClient;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The one door to the state service: every call ends in an answer, a {@link LedgerRefusal} or a
 * {@link LedgerUnavailable}, and {@link #persistently} outlasts outages. Safe for many threads.
 */
@ApplicationScoped
public class Ledger {

    private static final Duration REFUSED_PAUSE = Duration.ofSeconds(2);
    private static final Logger LOGGER = Logger.getLogger(Ledger.class);

    private final LedgerApi api;
    private final CountDownLatch stopping = new CountDownLatch(1);

    /** Needs only the REST client. */
    @Inject
    public Ledger(@RestClient LedgerApi api) {
        this.api = api;
    }

    /** Calls once. */
    public <T extends @Nullable Object> T call(Function<LedgerApi, T> call) {
        try {
            return call.apply(api);
        } catch (ProcessingException e) {
            throw new LedgerUnavailable("state service cannot be reached", e);
        }
    }

    /** Calls once, for calls that answer nothing. */
    public void run(Consumer<LedgerApi> call) {
        call(ledger -> {
            call.accept(ledger);
            return true;
        });
    }

    /**
     * Calls until the service answers, with growing pauses, for as long as {@code worthwhile} holds
     * and this process is not stopping. For what must get through: the service's own faults are
     * outlasted as outages are.
     *
     * @param what names the call in the log
     * @throws LedgerRefusal as the service said
     * @throws LedgerUnavailable when it was no longer worthwhile
     */
    public <T extends @Nullable Object> T persistently(
            String what, BooleanSupplier worthwhile, Function<LedgerApi, T> call) {
        return persistently(what, worthwhile, Patience.Limits.NONE, call);
    }

    /**
     * As {@link #persistently(String, BooleanSupplier, Function)}, with the service's own faults
     * bounded.
     *
     * @throws LedgerFault when the service failed at this call too often or for too long
     */
    public <T extends @Nullable Object> T persistently(
            String what,
            BooleanSupplier worthwhile,
            Patience.Limits faults,
            Function<LedgerApi, T> call) {
        Patience patience = new Patience(faults, System::nanoTime);
        while (true) {
            try {
                return call(call);
            } catch (LedgerUnavailable e) {
                Optional<Duration> pause = patience.after(trouble(e));
                LOGGER.warnf(
                        "state service did not take a call call=%s again=%s reason=%s",
                        what, pause.isPresent(), e.getMessage());
                if (pause.isEmpty()
                        || !worthwhile.getAsBoolean()
                        || !pauseUnlessStopping(pause.get())) {
                    throw e;
                }
            }
        }
    }

    /**
     * As {@link #persistently(String, BooleanSupplier, Function)}, and through refusals, too: for
     * what goes on once somebody has put right how this process is set up, and must not end.
     *
     * @param what names the call in the log
     * @throws LedgerRefusal when it was still refused and this process is stopping
     * @throws LedgerUnavailable when there was no answer and this process is stopping
     */
    public <T> T untilTaken(String what, Function<LedgerApi, T> call) {
        while (true) {
            try {
                return persistently(what, () -> true, call);
            } catch (LedgerRefusal e) {
                LOGGER.errorf(
                        "the ledger refuses a call, nothing is lost and nothing moves; check the"
                                + " token call=%s code=%s detail=%s",
                        what, e.code(), e.getMessage());
                if (!pauseUnlessStopping(REFUSED_PAUSE)) {
                    throw e;
                }
            }
        }
    }

    private static Trouble trouble(LedgerUnavailable e) {
        return switch (e) {
            case LedgerFault _ -> Trouble.FAULT;
            case LedgerUnavailable _ -> Trouble.OUTAGE;
        };
    }

    /**
     * Waits, or returns at once when this process stops.
     *
     * @return false when it is stopping
     */
    public boolean pauseUnlessStopping(Duration pause) {
        try {
            return !stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Whether this process is on its way out. */
    public boolean stopping() {
        return stopping.getCount() == 0;
    }

    /** Ends all waiting; called early at shutdown. */
    @PreDestroy
    public void stop() {
        stopping.countDown();
    }
}
