package io.leasehold.state.breaker;

import io.leasehold.ledger.api.RunKind;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
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
    private volatile @Nullable List<BreakerRows.Row> seen;

    OpenBreakers(BreakerRows rows) {
        this.rows = rows;
    }

    /** Whether there are any; looks first where this process has not looked yet. */
    public Uni<Boolean> any(Mutiny.Session session) {
        List<BreakerRows.Row> known = seen;
        return known == null
                ? load(session).map(_ -> any())
                : Uni.createFrom().item(!known.isEmpty());
    }

    /** Whether there were any when this process looked last. */
    public boolean any() {
        List<BreakerRows.Row> known = seen;
        return known != null && !known.isEmpty();
    }

    /** Those that cover a run of that kind and module, if the tenant is one of theirs. */
    Stream<BreakerRows.Row> covering(RunKind kind, String module) {
        List<BreakerRows.Row> known = seen;
        return known == null
                ? Stream.empty()
                : known.stream()
                        .filter(each -> each.modules().contains(module))
                        .filter(each ->
                                each.signature().kind() == BreakerKind.PROVIDER
                                        || each.signature().runKind().equals(kind.name()));
    }

    /** Looks again. What a transaction sees that is rolled back is mended by the next look. */
    Uni<Void> load(Mutiny.Session session) {
        return rows.all(session).invoke(all -> seen = all).replaceWithVoid();
    }
}
