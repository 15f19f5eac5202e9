package io.leasehold.state.breaker;

import io.leasehold.ledger.api.RunKind;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * The breakers that are not closed, as this process saw them last: it asks for nothing where there
 * are none. Whoever holds by one of them has the database say that it still is. Safe to share.
 */
@ApplicationScoped
public class OpenBreakers {
    private final BreakerRows rows;
    private final AtomicLong looks = new AtomicLong();
    private volatile @Nullable Seen seen;

    /**
     * What a look found.
     *
     * @param look the later one that began has the higher number
     */
    private record Seen(long look, List<BreakerRows.Row> rows) {}

    OpenBreakers(BreakerRows rows) {
        this.rows = rows;
    }

    /** Whether there are any; looks first where this process has not looked yet. */
    public Uni<Boolean> any(Mutiny.Session session) {
        return seen == null ? load(session).map(_ -> any()) : Uni.createFrom().item(any());
    }

    /** Whether there were any when this process looked last. */
    public boolean any() {
        Seen known = seen;
        return known != null && !known.rows().isEmpty();
    }

    /** Those that cover a run of that kind and module, if the tenant is one of theirs. */
    Stream<BreakerRows.Row> covering(RunKind kind, String module) {
        Seen known = seen;
        return known == null
                ? Stream.empty()
                : known.rows().stream()
                        .filter(each -> each.modules().contains(module))
                        .filter(each ->
                                each.signature().kind() == BreakerKind.PROVIDER
                                        || each.signature().runKind().equals(kind.name()));
    }

    /** Looks again. What a transaction sees that is rolled back is mended by the next look. */
    Uni<Void> load(Mutiny.Session session) {
        long look = looks.incrementAndGet();
        return rows.all(session).invoke(all -> keep(new Seen(look, all))).replaceWithVoid();
    }

    /** A look that began before another one may end after it, and has not seen what changed. */
    private synchronized void keep(Seen now) {
        Seen before = seen;
        if (before == null || before.look() < now.look()) {
            seen = now;
        }
    }
}
