package io.leasehold.state.checkpoint;

import io.leasehold.state.retention.RetentionConfig;
import io.leasehold.state.retention.Sweep;
import io.leasehold.state.retention.Swept;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.hibernate.reactive.mutiny.Mutiny;

/** Lets go of plans whose time is over and that nobody took. */
@ApplicationScoped
class OldPlans implements Sweep {
    private final PlanRows rows;
    private final RetentionConfig config;

    OldPlans(PlanRows rows, RetentionConfig config) {
        this.rows = rows;
        this.config = config;
    }

    @Override
    public String name() {
        return "plans";
    }

    @Override
    public Uni<Swept> sweep(Mutiny.Session session, String from, Instant now) {
        return rows.removeExpired(session, now.toEpochMilli(), config.batch())
                .map(gone -> new Swept(gone, gone < config.batch() ? null : "more"));
    }
}
