package io.leasehold.provisioner.ledger;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.ProcessingException;
import java.time.Duration;
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

    private static final Logger LOGGER = Logger.getLogger(Ledger.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

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
     * and this process is not stopping.
     *
     * @param what names the call in the log
     * @throws LedgerRefusal as the service said
     * @throws LedgerUnavailable when it was no longer worthwhile
     */
    public <T extends @Nullable Object> T persistently(
            String what, BooleanSupplier worthwhile, Function<LedgerApi, T> call) {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                return call(call);
            } catch (LedgerUnavailable e) {
                LOGGER.warnf(
                        "state service is away, trying again call=%s pauseMillis=%d reason=%s",
                        what, pause.toMillis(), e.getMessage());
                if (!worthwhile.getAsBoolean() || !pauseUnlessStopping(pause)) {
                    throw e;
                }
                pause = pause.multipliedBy(2);
                if (pause.compareTo(LONGEST_PAUSE) > 0) {
                    pause = LONGEST_PAUSE;
                }
            }
        }
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
