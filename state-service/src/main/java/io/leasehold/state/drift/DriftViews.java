package io.leasehold.state.drift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.DriftReport;
import io.leasehold.ledger.api.DriftView;
import io.leasehold.ledger.api.Page;
import io.leasehold.ledger.api.StackRef;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** What is adrift, for people. Safe to share. */
@ApplicationScoped
public class DriftViews {
    private static final TypeReference<List<DriftReport.Change>> CHANGES = new TypeReference<>() {};

    private final Mutiny.SessionFactory sessions;
    private final ObjectMapper json;

    /** Reads through {@code sessions}. */
    public DriftViews(Mutiny.SessionFactory sessions, ObjectMapper json) {
        this.sessions = sessions;
        this.json = json;
    }

    /** Which part of the list is asked for. */
    record PageOf(@Nullable String tenant, @Nullable String after, int limit) {}

    /** A page, oldest first: a drift's id is given when it is found, and grows with time. */
    Uni<Page<DriftView>> list(PageOf page) {
        return sessions.withSession(session ->
                        session.createNativeQuery(
                                        """
                                        select tenant_id, incarnation, stack, drift_id, fingerprint, checks,
                                               cast(changes as text) as changes,
                                               cast(extract(epoch from first_seen) * 1000 as bigint) as first_millis,
                                               cast(extract(epoch from last_seen) * 1000 as bigint) as last_millis
                                        from drift
                                        where (cast(:tenant as text) is null or tenant_id = cast(:tenant as text))
                                          and (cast(:after as text) is null or drift_id > cast(:after as text))
                                        order by drift_id limit :limit
                                        """,
                                        Tuple.class)
                                .setParameter("tenant", page.tenant())
                                .setParameter("after", page.after())
                                .setParameter("limit", page.limit())
                                .getResultList())
                .map(rows -> {
                    List<DriftView> views = rows.stream().map(this::view).toList();
                    return new Page<>(
                            views, views.size() < page.limit() ? null : views.getLast().driftId());
                });
    }

    private DriftView view(Tuple row) {
        return new DriftView(
                new StackRef(
                        row.get("tenant_id", String.class),
                        row.get("incarnation", Integer.class),
                        row.get("stack", String.class)),
                row.get("drift_id", String.class),
                row.get("fingerprint", String.class),
                Instant.ofEpochMilli(row.get("first_millis", Long.class)).toString(),
                Instant.ofEpochMilli(row.get("last_millis", Long.class)).toString(),
                row.get("checks", Long.class),
                changes(row.get("changes", String.class)));
    }

    private List<DriftReport.Change> changes(String text) {
        try {
            return json.readValue(text, CHANGES);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("recorded changes are not readable", e);
        }
    }
}
