package io.leasehold.state.lock;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.LockView;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.lease.LeaseConfig;
import io.leasehold.state.tfstate.StackHold;
import io.leasehold.state.tfstate.StackPage;
import io.leasehold.state.tfstate.VersionRow;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** The statements on leases and locks as people look at them and take them away. */
@ApplicationScoped
class LockRows {
    /**
     * A lease of {@code s} is live by service time, which stands still while nobody beats {@code
     * p}.
     */
    private static final String ALIVE =
            """
            s.lease_until > case
                when p.beaten_at < clock_timestamp() - cast(:gap as bigint) * interval '1 millisecond'
                then p.beaten_at else clock_timestamp() end
            """;

    private static final String HELD =
            """
            select * from (
                select s.tenant_id, s.incarnation, s.stack, 'LEASE' as holder, s.lease_run as id,
                       s.lease_worker as who, s.lease_run as run_id, s.lease_epoch as epoch,
                       s.lease_since as since, s.lease_beaten_at as beat,
            """
                    + ALIVE
                    + """
                               as alive, s.lease_phase as doing,
                               exists (select 1 from run r where r.run_id = s.lease_run
                                   and r.released_lease is not null) as released
                        from stack s cross join pulse p where s.lease_id is not null
                        union all
                        select tenant_id, incarnation, stack, 'PERSON', lock_id, holder, null, 0, since, null, true,
                               info, false
                        from state_lock
                    ) held where
                    """;

    private final LeaseConfig config;
    private final ObjectMapper json;

    LockRows(LeaseConfig config, ObjectMapper json) {
        this.config = config;
        this.json = json;
    }

    Uni<List<LockView>> page(Mutiny.Session session, StackPage page) {
        return page.bind(
                        session.createNativeQuery(
                                HELD
                                        + StackPage.CONDITION
                                        + "order by tenant_id, incarnation, stack limit :most",
                                Tuple.class))
                .setParameter("gap", config.longestGap().toMillis())
                .getResultList()
                .map(rows -> rows.stream().map(this::view).toList());
    }

    private LockView view(Tuple row) {
        boolean person = row.get("holder", String.class).equals("PERSON");
        String doing = row.get("doing", String.class);
        Instant beat = VersionRow.time(row, "beat");
        return new LockView(
                VersionRow.stack(row),
                row.get("holder", String.class),
                String.valueOf(row.get("id", String.class)),
                String.valueOf(row.get("who", String.class)),
                row.get("run_id", String.class),
                ((Number) row.get("epoch")).longValue(),
                String.valueOf(VersionRow.time(row, "since")),
                beat == null ? null : beat.toString(),
                Boolean.TRUE.equals(row.get("alive", Boolean.class)),
                doing == null ? null : person ? said(doing) : doing.toLowerCase(Locale.ROOT),
                row.get("released", Boolean.class));
    }

    /** What a person's tofu does, and as whom, by its own words. */
    private @Nullable String said(String info) {
        try {
            JsonNode document = json.readTree(info);
            String operation = document.path("Operation").asText("");
            String who = document.path("Who").asText("");
            String words = who.isEmpty() ? operation : operation + " by " + who;
            return words.isBlank() ? null : words.strip();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a lock's document cannot be read", e);
        }
    }

    /** Who has the stack, which the caller has locked; empty when nobody does. */
    Uni<Optional<Holder>> holder(Mutiny.Session session, StackRef stack, StackHold hold) {
        if (hold.lockId() != null) {
            return Uni.createFrom()
                    .item(
                            Optional.of(
                                    new Holder.Person(
                                            hold.lockId(),
                                            String.valueOf(hold.lockHolder()),
                                            String.valueOf(hold.lockSince()))));
        }
        return hold.leaseId() == null
                ? Uni.createFrom().item(Optional.empty())
                : run(session, stack, hold);
    }

    private Uni<Optional<Holder>> run(Mutiny.Session session, StackRef stack, StackHold hold) {
        return named(
                        session.createNativeQuery(
                                "select "
                                        + ALIVE
                                        + """
                                        as alive,
                                        cast(extract(epoch from s.lease_until - clock_timestamp()) * 1000 as bigint)
                                            as remaining
                                        from stack s cross join pulse p
                                        where s.tenant_id = :tenant and s.incarnation = :incarnation
                                          and s.stack = :stack
                                        """,
                                Tuple.class),
                        stack)
                .setParameter("gap", config.longestGap().toMillis())
                .getSingleResult()
                .map(row ->
                        Optional.of(
                                new Holder.Run(
                                        String.valueOf(hold.leaseRun()),
                                        String.valueOf(hold.leaseWorker()),
                                        row.get("alive", Boolean.class),
                                        Math.max(
                                                0,
                                                row.get("remaining", Long.class)
                                                        + config.grace().toMillis()))));
    }

    /**
     * Gives the stack's lease an id that nobody has, and takes the run's: whatever its worker sends
     * by that, or by the run's credential, is refused from now on. Until it would have ended the
     * lease still keeps others away, since its holder may not hear of it before.
     */
    Uni<Void> fence(Mutiny.Session session, StackRef stack, String fence) {
        return session.createNativeQuery(
                        """
                        with fenced as (
                            update stack set lease_id = :fence, lease_request = null
                            where tenant_id = :tenant and incarnation = :incarnation and stack = :stack
                            returning lease_run)
                        update run set released_lease = coalesce(released_lease, lease_id), lease_id = null
                        where run_id = (select lease_run from fenced)
                        """)
                .setParameter("fence", fence)
                .setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack())
                .executeUpdate()
                .replaceWithVoid();
    }

    private static Mutiny.SelectionQuery<Tuple> named(
            Mutiny.SelectionQuery<Tuple> query, StackRef stack) {
        return query.setParameter("tenant", stack.tenantId())
                .setParameter("incarnation", stack.incarnation())
                .setParameter("stack", stack.stack());
    }
}
