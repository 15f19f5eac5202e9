package io.leasehold.state;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Carries wakes between the processes of one database, by its notifications. A hint and no more:
 * one may be lost while the connection is, so whoever waits looks again by itself after a while.
 * Hints are sent after the fact, on a connection of their own, and at most every few milliseconds:
 * the database sends notifications one transaction after the other, and no transaction of ours is
 * to stand in that line. Safe for use by any thread.
 */
@Singleton
public class Hints {
    private static final Logger LOGGER = Logger.getLogger(Hints.class);
    private static final String CHANNEL = "leasehold_wakes";

    /** A hint that is lost with the database's machine does no harm: nothing waits for its disk. */
    private static final String NOTIFY =
            "select pg_notify($1, $2), set_config('synchronous_commit', 'off', true)";

    private static final long PAUSE_MILLIS = 20;
    private static final long LISTEN_AGAIN_MILLIS = 500;

    /** So often within the time after which silence ends a connection. */
    private static final int OFTEN = 3;

    private final Vertx vertx;
    private final Pool database;
    private final Duration silence;
    private final String process;
    private final Map<String, Signal> signals = new ConcurrentHashMap<>();
    private final Set<String> woken = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean sending = new AtomicBoolean();
    private volatile @Nullable SqlConnection connection;
    private volatile boolean stopping;

    /** Listens from the start of the application on. */
    Hints(
            Vertx vertx,
            Pool database,
            Ids ids,
            @ConfigProperty(name = "leasehold.database.silence") Duration silence) {
        this.vertx = vertx;
        this.database = database;
        this.silence = silence;
        this.process = ids.next();
    }

    /**
     * From now on a wake of this signal here wakes the signals of that name elsewhere, and the
     * other way round.
     */
    public void carry(String name, Signal signal) {
        signals.put(name, signal);
        signal.relayBy(() -> tell(name));
    }

    void onStart(@Observes StartupEvent event) {
        listen();
    }

    void onStop(@Observes ShutdownEvent event) {
        stopping = true;
    }

    private void listen() {
        database.getConnection()
                .compose(got ->
                        // The name is for who looks at the database's connections.
                        got.query("set application_name = 'leasehold wakes'; listen " + CHANNEL)
                                .execute()
                                .map(got)
                                .onFailure(_ -> got.close()))
                .onSuccess(this::listening)
                .onFailure(failure -> {
                    LOGGER.debugf("not listening for wakes reason=%s", failure.getMessage());
                    again();
                });
    }

    private void listening(SqlConnection got) {
        PgConnection.cast(got)
                .notificationHandler(notification -> heard(notification.getPayload()));
        // Who only listens hears nothing for long, and would be taken for lost.
        AtomicBoolean listens = new AtomicBoolean(true);
        long asking =
                vertx.setPeriodic(
                        silence.dividedBy(OFTEN).toMillis(),
                        asked ->
                                got.query("select 1")
                                        .execute()
                                        // It was closed before anybody was to hear of that.
                                        .onFailure(_ -> ended(listens, asked)));
        got.closeHandler(_ -> ended(listens, asking));
        connection = got;
        // What was said meanwhile was missed.
        signals.values().forEach(Signal::wakeHere);
    }

    private void ended(AtomicBoolean listens, long asking) {
        vertx.cancelTimer(asking);
        if (listens.compareAndSet(true, false)) {
            connection = null;
            LOGGER.infof("no longer listening for wakes of other processes");
            again();
        }
    }

    private void again() {
        if (!stopping) {
            vertx.setTimer(LISTEN_AGAIN_MILLIS, _ -> listen());
        }
    }

    private void heard(String payload) {
        String[] words = payload.split(" ");
        if (words[0].equals(process)) {
            return;
        }
        for (int i = 1; i < words.length; i++) {
            Signal signal = signals.get(words[i]);
            if (signal != null) {
                signal.wakeHere();
            }
        }
    }

    private void tell(String name) {
        woken.add(name);
        if (sending.compareAndSet(false, true)) {
            send();
        }
    }

    /** What is woken while a hint is under way, or in the pause after it, goes with the next. */
    private void send() {
        Set<String> names = new TreeSet<>();
        woken.removeIf(names::add);
        SqlConnection to = connection;
        Future<?> sent =
                to == null || names.isEmpty()
                        ? Future.succeededFuture()
                        : to.preparedQuery(NOTIFY)
                                .execute(
                                        Tuple.of(CHANNEL, process + " " + String.join(" ", names)));
        sent.onFailure(failure -> LOGGER.debugf("wakes not told reason=%s", failure.getMessage()))
                .onComplete(_ -> vertx.setTimer(PAUSE_MILLIS, _ -> paused()));
    }

    private void paused() {
        sending.set(false);
        if (!woken.isEmpty() && sending.compareAndSet(false, true)) {
            send();
        }
    }
}
