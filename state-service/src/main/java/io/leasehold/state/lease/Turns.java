package io.leasehold.state.lease;

import io.leasehold.ledger.api.ClaimRequest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Finds whose turn it is: the life that was served least recently, whose due stacks no cap stands
 * in the way of, and of it the stack that is due longest. The tables' own triggers put lives into
 * the queue; the claim takes them out. All in the caller's transaction. Safe to share.
 *
 * <p>Who claims locks turns and stacks without waiting for any, so it stands in nobody's way for
 * long: whoever makes something due locks the life, its stacks, and then the turn.
 */
@ApplicationScoped
class Turns {
    /** Whether a stack {@code s} could run: what a life is in the queue for. */
    private static final String COULD_BE_HAD =
            """
            could_run(s)
            and not exists (select 1 from state_lock k where k.tenant_id = s.tenant_id
                and k.incarnation = s.incarnation and k.stack = s.stack)
            and exists (select 1 from stack_revision v where v.tenant_id = s.tenant_id
                and v.incarnation = s.incarnation and v.stack = s.stack and v.revision = s.revision)
            """;

    /** Whether as many runs are at work under one of these caps as it allows. */
    static String reached(String caps) {
        return """
        exists (select 1 from cap p where p.name = any (string_to_array({caps}, ',')) and p.most <= (
            select count(*) from stack o
            where o.lease_id is not null and p.name = any (string_to_array(o.caps, ','))))
        """
                .replace("{caps}", caps);
    }

    /**
     * One walk along the index of turns; everything else is read of one life only. The stacks that
     * a set of caps speaks of queue apart, so sets with a cap that is reached are left out at the
     * cost of one probe each.
     *
     * <p>Who asks is looked at in the same statement: whether it is the bearer of its name, and
     * whether this very request was given something before.
     */
    static final String NEXT =
            """
            with recursive bearer as (
                select boot_id from worker where name = :worker
            ), given as (
                select lease_run from stack
                where lease_worker = :worker and lease_boot = :boot and lease_request = :request
                  and lease_id is not null and lease_beaten_at is null and lease_until > clock_timestamp()
            ), known(caps) as (
                (select caps from turn where queued order by caps limit 1)
                union all
                select (select t.caps from turn t where t.queued and t.caps > k.caps order by t.caps limit 1)
                from known k where k.caps is not null
            ), open as materialized (
                select k.caps, (select t.turn_at from turn t where t.queued and t.caps = k.caps
                    and t.turn_at >= cast(cast(:at as text) as timestamptz) order by t.turn_at limit 1) as turn_at
                from known k
                where k.caps is not null and not {reached}
                order by 2, 1
            ), next as materialized (
                select t.* from open o cross join lateral (
                    select t.tenant_id, t.incarnation, t.caps, t.turn_at from turn t
                    where t.queued and t.caps = o.caps and t.turn_at >= cast(cast(:at as text) as timestamptz)
                      and not concat(t.tenant_id, '/', t.incarnation, '/', t.caps)
                          = any (string_to_array(:passed, ' '))
                    order by t.turn_at limit 1 for update skip locked) t
                where exists (select 1 from bearer where boot_id = :boot) and not exists (select 1 from given)
                limit 1
            ), due as materialized (
                select s.* from next n cross join lateral (
                    select s.* from stack s
                    where s.tenant_id = n.tenant_id and s.incarnation = n.incarnation and s.caps = n.caps
                      and {could-be-had}
                    order by s.due_since, s.stack limit 1 for update of s skip locked) s
            )
            select b.boot_id, g.lease_run as given, exists (select 1 from open where turn_at is not null) as queued,
                   n.tenant_id as turn_tenant, n.incarnation as turn_incarnation, n.caps as turn_caps,
                   cast(n.turn_at as text) as turn_at,
            """
                            .replace("{reached}", reached("k.caps"))
                            .replace("{could-be-had}", COULD_BE_HAD)
                    + DueRun.COLUMNS
                    + """
                    from (select 1) one
                    left join bearer b on true
                    left join given g on true
                    left join next n on true
                    left join due s on true
                    """
                    + DueRun.JOINS;

    /** A life's place in the queue of one set of caps. */
    record Turn(String tenantId, int incarnation, String caps, String at) {
        private String key() {
            return tenantId + "/" + incarnation + "/" + caps;
        }
    }

    /**
     * How far a walk along the queue came. Turns that fell together have one time, so it says which
     * of that time were passed over.
     *
     * @param at nothing before it is looked at again
     * @param passed the turns of that time that were passed over, with spaces between
     */
    record Reached(String at, String passed) {
        /** Before every turn there is. */
        static final Reached NOTHING = new Reached("-infinity", "");

        Reached past(Turn turn) {
            return new Reached(
                    turn.at(), turn.at().equals(at) ? passed + " " + turn.key() : turn.key());
        }
    }

    /**
     * What the walk found.
     *
     * @param boot the boot that bears the worker's name; null when none does
     * @param given the run that this very request was given before
     * @param queued somebody is in the queue, though others may be serving them right now
     * @param turn locked; null when there is none to be had
     * @param due locked; null when the turn has nothing to run after all
     */
    record Next(
            @Nullable String boot,
            @Nullable String given,
            boolean queued,
            @Nullable Turn turn,
            @Nullable DueRun due) {

        private static Next of(Tuple row) {
            String tenant = row.get("turn_tenant", String.class);
            return new Next(
                    row.get("boot_id", String.class),
                    row.get("given", String.class),
                    row.get("queued", Boolean.class),
                    tenant == null
                            ? null
                            : new Turn(
                                    tenant,
                                    row.get("turn_incarnation", Integer.class),
                                    row.get("turn_caps", String.class),
                                    row.get("turn_at", String.class)),
                    row.get("tenant_id") == null ? null : DueRun.of(row));
        }
    }

    /** The next turn beyond those that nobody else is serving. */
    Uni<Next> next(Mutiny.Session session, ClaimRequest request, Reached reached) {
        return session.createNativeQuery(NEXT, Tuple.class)
                .setParameter("worker", request.worker())
                .setParameter("boot", request.bootId())
                .setParameter("request", request.requestId())
                .setParameter("at", reached.at())
                .setParameter("passed", reached.passed())
                .getSingleResult()
                .map(Next::of);
    }

    /**
     * Takes a life out of the queue, unless it has something to run by now; says whether it left. A
     * statement of its own, after the turn was locked: whoever makes something due must lock the
     * turn too, so what is not seen now will queue the life again.
     */
    Uni<Boolean> leave(Mutiny.Session session, Turn turn) {
        return session.createNativeQuery(
                        """
                        update turn t set queued = false
                        where t.tenant_id = :tenant and t.incarnation = :incarnation and t.caps = :caps
                          and not exists (select 1 from stack s
                              where s.tenant_id = t.tenant_id and s.incarnation = t.incarnation
                                and s.caps = t.caps and {could-be-had})
                        """
                                .replace("{could-be-had}", COULD_BE_HAD))
                .setParameter("tenant", turn.tenantId())
                .setParameter("incarnation", turn.incarnation())
                .setParameter("caps", turn.caps())
                .executeUpdate()
                .map(left -> left == 1);
    }

    /**
     * Locks the caps that speak of a stack, in order, so that the runs at work under them can be
     * counted by the next statement and not change until the end of the transaction.
     */
    Uni<Void> lockCaps(Mutiny.Session session, Turn turn) {
        if (turn.caps().isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return session.createNativeQuery(
                        """
                        select name from cap where name = any (string_to_array(:caps, ','))
                        order by name for update
                        """,
                        String.class)
                .setParameter("caps", turn.caps())
                .getResultList()
                .replaceWithVoid();
    }
}
