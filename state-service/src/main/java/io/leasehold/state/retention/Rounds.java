package io.leasehold.state.retention;

import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.hibernate.reactive.mutiny.Mutiny;

/** How far each kind's retention is. Safe to share. */
@ApplicationScoped
public class Rounds {
    private final List<String> kinds;

    Rounds(@All List<Sweep> sweeps) {
        this.kinds = sweeps.stream().map(Sweep::name).toList();
    }

    /** When the last whole round of each kind ended; empty before the first. */
    public Uni<Map<String, Optional<Instant>>> ended(Mutiny.Session session) {
        return session.createNativeQuery(
                        """
                        select sweep, cast(extract(epoch from round_ended_at) * 1000 as bigint) as millis
                        from retention where round_ended_at is not null
                        """,
                        Tuple.class)
                .getResultList()
                .map(rows -> {
                    Map<String, Optional<Instant>> ended = new TreeMap<>();
                    kinds.forEach(kind -> ended.put(kind, Optional.empty()));
                    rows.forEach(row ->
                            ended.computeIfPresent(
                                    row.get("sweep", String.class),
                                    (_, _) ->
                                            Optional.of(
                                                    Instant.ofEpochMilli(
                                                            row.get("millis", Long.class)))));
                    return ended;
                });
    }
}
