package io.leasehold.state.lease;

import io.leasehold.ledger.api.CapRequest;
import io.leasehold.ledger.api.CapView;
import io.leasehold.ledger.api.Page;
import io.leasehold.state.Signal;
import io.leasehold.state.Startup;
import io.leasehold.state.audit.Audit;
import io.leasehold.state.audit.Reason;
import io.leasehold.state.problem.Refusal;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import jakarta.persistence.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * How many runs may be at work at once of those that share something: a credential, a blueprint. A
 * change counts for what was due before it when it is answered, and for what falls due after it at
 * once. What fell due in a transaction that was open at its commit, or was not reached because the
 * process ended, may still be claimed as before; it is found within a minute. Runs at work go on.
 * Safe to share.
 */
@ApplicationScoped
class Caps {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern NAMED = Pattern.compile("[A-Za-z0-9*._-]{1,128}");
    private static final int LIVES_AT_ONCE = 500;

    private static final Logger LOGGER = Logger.getLogger(Caps.class);

    private static final String SELECT =
            """
            select p.name, p.most, p.tenants, p.blueprint, p.stack, p.set_by,
                cast(extract(epoch from p.set_at) * 1000 as bigint) as set_millis,
                (select count(*) from stack s where s.lease_id is not null
                    and p.name = any (string_to_array(s.caps, ','))) as at_work
            from cap p
            """;

    private final Mutiny.SessionFactory sessions;
    private final Audit audit;
    private final Signal claims;

    /** Wakes {@code claims} when a cap may have given way. */
    Caps(Mutiny.SessionFactory sessions, Audit audit, @Named(Startup.CLAIMS) Signal claims) {
        this.sessions = sessions;
        this.audit = audit;
        this.claims = claims;
    }

    /** All there are, by name. */
    Uni<Page<CapView>> list() {
        return sessions.withSession(session ->
                        session.createNativeQuery(SELECT + "order by p.name", Tuple.class)
                                .getResultList())
                .map(rows -> new Page<>(rows.stream().map(Caps::view).toList(), null));
    }

    /** Sets a cap, or changes it. */
    Uni<CapView> set(String actor, String name, CapRequest cap) {
        String reason = Reason.required(cap.reason());
        requireSound(name, cap);
        return sessions.withTransaction(session ->
                        write(session, actor, name, cap)
                                .chain(() -> audit.record(session, actor, "set-cap", name, reason)))
                .chain(this::spoken)
                .invoke(claims::wake)
                .chain(() -> sessions.withSession(session -> find(session, name)));
    }

    private static Uni<Void> write(
            Mutiny.Session session, String actor, String name, CapRequest cap) {
        return session.createNativeQuery(
                        """
                        insert into cap (name, most, tenants, blueprint, stack, set_by, set_at)
                        values (:name, :most, :tenants, cast(:blueprint as text), cast(:stack as text),
                            :actor, clock_timestamp())
                        on conflict (name) do update set most = excluded.most, tenants = excluded.tenants,
                            blueprint = excluded.blueprint, stack = excluded.stack,
                            set_by = excluded.set_by, set_at = excluded.set_at
                        """)
                .setParameter("name", name)
                .setParameter("most", cap.most())
                .setParameter("tenants", Objects.requireNonNullElse(cap.tenants(), "*"))
                .setParameter("blueprint", cap.blueprint())
                .setParameter("stack", cap.stack())
                .setParameter("actor", actor)
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Removes a cap and gives it as it was; what it held back may run. */
    Uni<CapView> remove(String actor, String name, String why) {
        String reason = Reason.required(why);
        return sessions.withTransaction(session ->
                        find(session, name)
                                .call(() ->
                                        session.createNativeQuery(
                                                        "delete from cap where name = :name")
                                                .setParameter("name", name)
                                                .executeUpdate())
                                .call(() ->
                                        audit.record(session, actor, "remove-cap", name, reason)))
                .call(this::spoken)
                .invoke(claims::wake);
    }

    /**
     * Finds what a change missed. Only for an hour after each: no transaction is open for longer,
     * and all that is due is read for it. What names a cap that was removed does no harm.
     */
    @Scheduled(every = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> look() {
        return sessions.withSession(Caps::changed)
                .chain(changed -> changed ? spoken() : Uni.createFrom().item(0))
                .invoke(lives -> {
                    if (lives > 0) {
                        claims.wake();
                    }
                })
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> {
                    LOGGER.warnf("caps not looked over reason=%s", failure.getMessage());
                    return Uni.createFrom().voidItem();
                });
    }

    private static Uni<Boolean> changed(Mutiny.Session session) {
        return session.createNativeQuery(
                        """
                        select exists (select 1 from cap where set_at > clock_timestamp() - interval '1 hour')
                        """,
                        Boolean.class)
                .getSingleResult();
    }

    private static Uni<CapView> find(Mutiny.Session session, String name) {
        return session.createNativeQuery(SELECT + "where p.name = :name", Tuple.class)
                .setParameter("name", name)
                .getSingleResultOrNull()
                .map(row -> {
                    if (row == null) {
                        throw new Refusal(404, "CAP_UNKNOWN", "There is no cap " + name + ".");
                    }
                    return view(row);
                });
    }

    /**
     * Notes at each stack that is due or at work which caps speak of it now, one life after the
     * other, and gives how many lives that changed. What falls due meanwhile knows by itself.
     */
    private Uni<Integer> spoken() {
        return Multi.createBy()
                .repeating()
                .uni(() -> sessions.withSession(Caps::otherwise).chain(this::speak))
                .whilst(lives -> lives == LIVES_AT_ONCE)
                .collect()
                .with(Collectors.summingInt(lives -> lives));
    }

    private static Uni<List<Tuple>> otherwise(Mutiny.Session session) {
        return session.createNativeQuery(
                        """
                        select distinct tenant_id, incarnation from stack
                        where (due or lease_id is not null)
                          and caps <> caps_of(tenant_id, blueprint_name, stack)
                        """,
                        Tuple.class)
                .setMaxResults(LIVES_AT_ONCE)
                .getResultList();
    }

    private Uni<Integer> speak(List<Tuple> lives) {
        return Multi.createFrom()
                .iterable(lives)
                .onItem()
                .transformToUniAndConcatenate(life ->
                        sessions.withTransaction((session, _) ->
                                speak(
                                        session,
                                        life.get(0, String.class),
                                        life.get(1, Integer.class))))
                .collect()
                .asList()
                .replaceWith(lives.size());
    }

    /** Locks as everybody does: the life, its stacks, then (by trigger) its turns. */
    private static Uni<Void> speak(Mutiny.Session session, String tenantId, int incarnation) {
        Uni<Void> done = Uni.createFrom().voidItem();
        for (String step :
                List.of(
                        """
                        select 1 from life where tenant_id = :tenant and incarnation = :incarnation for update
                        """,
                        """
                        select 1 from stack where tenant_id = :tenant and incarnation = :incarnation
                        order by stack for update
                        """)) {
            done =
                    done.chain(() ->
                            session.createNativeQuery(step, Integer.class)
                                    .setParameter("tenant", tenantId)
                                    .setParameter("incarnation", incarnation)
                                    .getResultList()
                                    .replaceWithVoid());
        }
        return done.chain(() ->
                session.createNativeQuery(
                                """
                                update stack set caps = caps_of(tenant_id, blueprint_name, stack)
                                where tenant_id = :tenant and incarnation = :incarnation
                                  and (due or lease_id is not null)
                                """)
                        .setParameter("tenant", tenantId)
                        .setParameter("incarnation", incarnation)
                        .executeUpdate()
                        .replaceWithVoid());
    }

    private static void requireSound(String name, CapRequest cap) {
        if (!NAME.matcher(name).matches()) {
            throw invalid("A cap's name has lower-case letters, digits and dashes, 63 at most.");
        }
        if (cap.most() < 0) {
            throw invalid("A cap is 0 or more runs.");
        }
        for (String pattern : new String[] {cap.tenants(), cap.blueprint(), cap.stack()}) {
            if (pattern != null && !NAMED.matcher(pattern).matches()) {
                throw invalid(
                        "Runs are named by a blueprint, a stack, and a pattern of tenants in which *"
                                + " stands for any run of characters.");
            }
        }
    }

    private static Refusal invalid(String why) {
        return new Refusal(400, "CAP_INVALID", why);
    }

    private static CapView view(Tuple row) {
        return new CapView(
                row.get("name", String.class),
                row.get("most", Integer.class),
                row.get("at_work", Long.class).intValue(),
                row.get("tenants", String.class),
                row.get("blueprint", String.class),
                row.get("stack", String.class),
                row.get("set_by", String.class),
                Instant.ofEpochMilli(row.get("set_millis", Long.class)).toString());
    }
}
