package io.leasehold.state.lease;

import io.leasehold.ledger.api.ClaimRequest;
import io.leasehold.state.RowSet;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Tuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Finds whose turn it is: the lives that were served least recently, whose due stacks no cap stands
 * in the way of, and of each the stack that is due longest. The tables' own triggers put lives into
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

    /** How many more runs the cap {@code p} lets begin. */
    private static final String LEFT =
            """
            p.most - (select count(*) from stack o
                where o.lease_id is not null and p.name = any (string_to_array(o.caps, ',')))
            """;

    /**
     * One walk along the index of turns; everything else is read of a few lives only, one for each
     * request. The stacks that a set of caps speaks of queue apart, so sets with a cap that is
     * reached are left out at the cost of one probe each, and of the others no more is taken than
     * there is room for. A life has one place in a look: all its places go behind when it is
     * served.
     *
     * <p>Who asks is looked at in the same statement: whether it is the bearer of its name, and
     * whether this very request was given something before.
     */
    static final String NEXT =
            """
            with recursive asked as materialized (
                select r.n, w.boot_id, g.lease_run as given,
                       coalesce(w.boot_id = r.boot, false) and g.lease_run is null as wants
                from {rows}
                left join lateral (select boot_id from worker where name = r.worker offset 0) w on true
                left join lateral (
                    select lease_run from stack
                    where lease_worker = r.worker and lease_boot = r.boot and lease_request = r.request
                      and lease_id is not null and lease_beaten_at is null and lease_until > clock_timestamp()
                    limit 1) g on true
            ), wanted as materialized (
                select count(*) as runs from asked where wants
            ), known(caps) as (
                (select caps from turn where queued order by caps limit 1)
                union all
                select (select t.caps from turn t where t.queued and t.caps > k.caps order by t.caps limit 1)
                from known k where k.caps is not null
            ), open as materialized (
                select c.caps, least(c.room, wanted.runs) as room,
                       (select t.turn_at from turn t where t.queued and t.caps = c.caps
                            and t.turn_at >= cast(cast(:at as text) as timestamptz)
                            order by t.turn_at limit 1) as turn_at
                from (select k.caps, (select min({left}) from cap p
                        where p.name = any (string_to_array(k.caps, ','))) as room
                    from known k where k.caps is not null) c
                cross join wanted
                where c.room is null or c.room > 0
            ), near as materialized (
                select t.*, row_number() over (partition by t.tenant_id, t.incarnation
                    order by t.turn_at, t.caps) as place
                from open o cross join lateral (
                    select t.tenant_id, t.incarnation, t.caps, t.turn_at from turn t
                    where t.queued and t.caps = o.caps and t.turn_at >= cast(cast(:at as text) as timestamptz)
                      and not concat(t.tenant_id, '/', t.incarnation, '/', t.caps)
                          = any (string_to_array(:passed, ' '))
                    order by t.turn_at limit o.room for update skip locked) t
            ), next as materialized (
                select tenant_id, incarnation, caps, turn_at, row_number() over (order by turn_at, caps) as n
                from near where place = 1
                order by turn_at, caps limit (select runs from wanted)
            ), due as materialized (
                select n.n, s.* from next n cross join lateral (
                    select s.* from stack s
                    where s.tenant_id = n.tenant_id and s.incarnation = n.incarnation and s.caps = n.caps
                      and {could-be-had}
                    order by s.due_since, s.stack limit 1 for update of s skip locked) s
            )
            select r.boot_id, r.given, exists (select 1 from open where turn_at is not null) as queued,
                   n.tenant_id as turn_tenant, n.incarnation as turn_incarnation, n.caps as turn_caps,
                   cast(n.turn_at as text) as turn_at,
            """
                            .replace("{left}", LEFT)
                            .replace("{could-be-had}", COULD_BE_HAD)
                    + DueRun.COLUMNS
                    + """
                    from asked r
                    left join next n on n.n = r.n
                    left join due s on s.n = n.n
                    """
                    + DueRun.JOINS
                    + "order by r.n";

    /** A life's place in the queue of one set of caps. */
    record Turn(String tenantId, int incarnation, String caps, String at) {
        private String key() {
            return tenantId + "/" + incarnation + "/" + caps;
        }
    }

    /**
     * How far a walk along the queue came.
     *
     * @param at nothing before it is looked at again
     * @param passed the turns from then on that were passed over, with spaces between
     */
    record Reached(String at, String passed) {
        /** Before every turn there is. */
        static final Reached NOTHING = new Reached("-infinity", "");

        /** About two hundred turns: as many are compared with each that is looked at. */
        private static final int LONGEST = 16 * 1024;

        /**
         * Beyond these, which are in the order of their times. As long as all that were passed can
         * be named, nothing that lies between them is jumped over; then the walk goes on from the
         * last, and what it left behind is for the next walk.
         */
        Reached past(List<Turn> turns) {
            if (turns.isEmpty()) {
                return this;
            }
            String all =
                    passed + " " + turns.stream().map(Turn::key).collect(Collectors.joining(" "));
            Turn last = turns.getLast();
            return all.length() <= LONGEST
                    ? new Reached(at, all)
                    : new Reached(last.at(), last.key());
        }
    }

    /** A turn and what it is to run, both locked. */
    record Due(Turn turn, DueRun run) {}

    /**
     * Who asks.
     *
     * @param boot the boot that bears the worker's name; null when none does
     * @param given the run that this very request was given before
     */
    record Asker(@Nullable String boot, @Nullable String given) {}

    /**
     * What the walk found, in the order of the turns: no more than want one, each of another life.
     *
     * @param askers in the order of the requests
     * @param queued somebody is in the queue, though others may be serving them right now
     * @param due turns with what they are to run
     * @param empty turns that have nothing to run after all; locked
     */
    record Look(List<Asker> askers, boolean queued, List<Due> due, List<Turn> empty) {

        private static Look of(List<Tuple> rows) {
            boolean queued = rows.getFirst().get("queued", Boolean.class);
            Look look = new Look(new ArrayList<>(), queued, new ArrayList<>(), new ArrayList<>());
            rows.forEach(look::add);
            return look;
        }

        private void add(Tuple row) {
            askers.add(new Asker(row.get("boot_id", String.class), row.get("given", String.class)));
            String tenant = row.get("turn_tenant", String.class);
            if (tenant != null) {
                Turn turn =
                        new Turn(
                                tenant,
                                row.get("turn_incarnation", Integer.class),
                                row.get("turn_caps", String.class),
                                row.get("turn_at", String.class));
                if (row.get("tenant_id") == null) {
                    empty.add(turn);
                } else {
                    due.add(new Due(turn, DueRun.of(row)));
                }
            }
        }
    }

    /** The next turns beyond those that nobody else is serving, at most one for each request. */
    Uni<Look> next(Mutiny.Session session, List<ClaimRequest> requests, Reached reached) {
        return RowSet.of(requests)
                .text("worker", ClaimRequest::worker)
                .text("boot", ClaimRequest::bootId)
                .text("request", ClaimRequest::requestId)
                .with("at", reached.at())
                .with("passed", reached.passed())
                .select(session, NEXT, Tuple.class)
                .map(Look::of);
    }

    /**
     * Takes these lives out of the queue, unless they have something to run by now; gives those
     * that did not leave. A statement of its own, after the turns were locked: whoever makes
     * something due must lock the turn too, so what is not seen now will queue the life again.
     */
    Uni<List<Turn>> leave(Mutiny.Session session, List<Turn> turns) {
        return RowSet.of(turns)
                .text("tenant", Turn::tenantId)
                .number("life", Turn::incarnation)
                .text("caps", Turn::caps)
                .select(
                        session,
                        """
                        update turn t set queued = false
                        from {rows}
                        where t.tenant_id = r.tenant and t.incarnation = r.life and t.caps = r.caps
                          and not exists (select 1 from stack s
                              where s.tenant_id = t.tenant_id and s.incarnation = t.incarnation
                                and s.caps = t.caps and {could-be-had})
                        returning r.n
                        """
                                .replace("{could-be-had}", COULD_BE_HAD),
                        Long.class)
                .map(left -> {
                    List<Turn> stay = new ArrayList<>(turns);
                    left.stream()
                            .sorted(Comparator.reverseOrder())
                            .forEach(n -> stay.remove((int) (n - 1)));
                    return stay;
                });
    }

    /**
     * Locks the caps that speak of these stacks, in order, so that the runs at work under them can
     * be counted and not change until the end of the transaction. A transaction does so once.
     */
    Uni<Room> lockCaps(Mutiny.Session session, List<Turn> turns) {
        List<String> caps = turns.stream().map(Turn::caps).flatMap(Room::names).distinct().toList();
        return RowSet.of(caps)
                .text("name", name -> name)
                .select(
                        session,
                        """
                        select name from cap where name in (select r.name from {rows})
                        order by name for update
                        """,
                        String.class)
                .chain(locked ->
                        RowSet.of(locked)
                                .text("name", name -> name)
                                .select(
                                        session,
                                        """
                                        select p.name, {left} as room from {rows}
                                        join cap p on p.name = r.name
                                        """
                                                .replace("{left}", LEFT),
                                        Tuple.class))
                .map(rows ->
                        new Room(
                                rows.stream()
                                        .collect(
                                                Collectors.toMap(
                                                        row -> row.get("name", String.class),
                                                        row -> row.get("room", Long.class)))));
    }
}
