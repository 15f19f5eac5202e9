package io.leasehold.state.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.AuditView;
import io.leasehold.state.Signal;
import io.leasehold.state.Uncancelled;
import io.leasehold.state.problem.DatabaseFault;
import io.leasehold.state.problem.Refusal;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The audit as it grows. Each stream reads the table for itself, a bounded piece when its reader is
 * ready for one, so a slow reader costs no memory and any replica serves any reader. It outlasts an
 * absence of the database. Safe to share.
 */
@ApplicationScoped
class AuditStreams {
    private static final int MOST_AT_ONCE = 500;

    private final AuditRows rows;
    private final AuditConfig config;
    private final ObjectMapper json;
    private final Clock clock;

    /** Woken by nobody: it only lets time pass, and the reader goes on where it was. */
    private final Signal never;

    private final AtomicInteger open = new AtomicInteger();

    AuditStreams(AuditRows rows, AuditConfig config, ObjectMapper json, Clock clock, Vertx vertx) {
        this.rows = rows;
        this.config = config;
        this.json = json;
        this.clock = clock;
        this.never = new Signal(vertx);
    }

    /**
     * Entries behind {@code after}, in the order of their ids, for as long as the reader stays. An
     * item is one or more lines without the last line's end, and empty when there is nothing.
     *
     * @param after null: what comes from now on
     */
    Multi<byte[]> follow(AuditFilter filter, @Nullable Long after) {
        return Multi.createFrom()
                .deferred(() -> {
                    if (open.incrementAndGet() > config.streams()) {
                        open.decrementAndGet();
                        throw new Refusal(
                                503, "BUSY", "This process serves as many audit streams as it may");
                    }
                    Follower follower = new Follower(filter, after);
                    return Multi.createBy()
                            .repeating()
                            .uni(follower::next)
                            .indefinitely()
                            .onTermination()
                            .invoke(() -> open.decrementAndGet());
                });
    }

    private final class Follower {
        private final AuditFilter filter;
        private final AuditTail tail = new AuditTail();
        private @Nullable Long seen;
        private @Nullable Instant said;

        Follower(AuditFilter filter, @Nullable Long after) {
            this.filter = filter;
            this.seen = after;
        }

        /** The next thing to say, when there is one. The first is said at once. */
        Uni<byte[]> next() {
            return look().onFailure(AuditStreams::away)
                    .recoverWithItem(List.of())
                    .chain(views -> {
                        if (!views.isEmpty() || silent()) {
                            said = clock.instant();
                            return Uni.createFrom().item(lines(views));
                        }
                        return never.await(config.poll()).chain(this::next);
                    });
        }

        private boolean silent() {
            Instant last = said;
            return last == null || !clock.instant().isBefore(last.plus(config.heartbeat()));
        }

        private Uni<List<AuditView>> look() {
            return Uncancelled.of(rows.horizon())
                    .chain(now -> {
                        Long from = seen;
                        if (from == null) {
                            seen = now.newest();
                            return Uni.createFrom().item(List.of());
                        }
                        long last = tail.settled(now);
                        return last <= from ? Uni.createFrom().item(List.of()) : read(from, last);
                    });
        }

        private Uni<List<AuditView>> read(long after, long last) {
            return Uncancelled.of(rows.between(filter, after, last, MOST_AT_ONCE))
                    .invoke(views ->
                            seen = views.size() < MOST_AT_ONCE ? last : views.getLast().id());
        }
    }

    private static boolean away(Throwable failure) {
        return DatabaseFault.of(failure) == DatabaseFault.AWAY;
    }

    private byte[] lines(List<AuditView> views) {
        return views.stream().map(this::line).collect(Collectors.joining("\n")).getBytes(UTF_8);
    }

    private String line(AuditView view) {
        try {
            return json.writeValueAsString(view);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an audit entry cannot be written", e);
        }
    }
}
