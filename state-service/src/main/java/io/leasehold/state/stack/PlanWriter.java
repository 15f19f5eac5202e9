package io.leasehold.state.stack;

import io.leasehold.events.outgoing.OutputsWithdrawn;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.RowSet;
import io.leasehold.state.output.OutputSnapshots;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** Writes plans, in the planner's transaction and under its locks. */
@ApplicationScoped
class PlanWriter {
    private final StackWriter stacks;
    private final OutputSnapshots outputs;
    private final EventEnds ends;

    PlanWriter(StackWriter stacks, OutputSnapshots outputs, EventEnds ends) {
        this.stacks = stacks;
        this.outputs = outputs;
        this.ends = ends;
    }

    /** A stack with what it should be. */
    record Target(StackRef stack, Plan.Target target, long observed) {}

    /** Writes the plans of different lives with the same few statements. */
    Uni<Void> write(Mutiny.Session session, List<Planned> planned) {
        List<Target> targets = new ArrayList<>();
        for (Planned each : planned) {
            for (Plan.Target target : each.plan().stacks()) {
                LifeRef life = each.ref();
                targets.add(
                        new Target(
                                new StackRef(life.tenantId(), life.incarnation(), target.name()),
                                target,
                                each.plan().observed()));
            }
        }
        return lives(session, planned.stream().filter(each -> !each.life().gone()).toList())
                .chain(() -> stacks.write(session, targets))
                .chain(() -> outputs(session, targets))
                .chain(() -> ends.write(session, ended(planned)));
    }

    private static List<EventEnds.Ended> ended(List<Planned> planned) {
        return planned.stream()
                .flatMap(each ->
                        each.plan().ends().stream()
                                .map(end -> new EventEnds.Ended(each.ref(), end)))
                .toList();
    }

    private static Uni<Void> lives(Mutiny.Session session, List<Planned> planned) {
        return RowSet.of(planned)
                .text("tenant", each -> each.life().tenantId())
                .number("life", each -> each.life().incarnation())
                .number("observed", each -> each.plan().observed())
                .number("attempted", each -> each.plan().attempted())
                .text("code", each -> each.plan().waitingCode())
                .text("reason", each -> each.plan().waitingReason())
                .truth("gone", each -> each.plan().gone())
                .update(
                        session,
                        """
                        update life as l set observed_generation = r.observed,
                            attempted_generation = r.attempted,
                            waiting_since = case
                                when r.code is null then null
                                when l.waiting_code = r.code then l.waiting_since
                                else clock_timestamp() end,
                            alarmed_at = case when l.waiting_code = r.code then l.alarmed_at end,
                            waiting_code = r.code, waiting_reason = r.reason,
                            gone_at = case when r.gone then clock_timestamp() end
                        from {rows} where l.tenant_id = r.tenant and l.incarnation = r.life
                          and (l.observed_generation <> r.observed or l.attempted_generation <> r.attempted
                            or l.waiting_code is distinct from r.code or r.gone)
                        """)
                .replaceWithVoid();
    }

    private Uni<Void> outputs(Mutiny.Session session, List<Target> targets) {
        Uni<Void> written = Uni.createFrom().voidItem();
        for (Target each : targets) {
            StackRef ref = each.stack();
            Plan.Target target = each.target();
            if (target.withdraw()) {
                OutputsWithdrawn.Reason reason =
                        target.retained()
                                ? OutputsWithdrawn.Reason.RETAINED
                                : OutputsWithdrawn.Reason.DESTROYING;
                written =
                        written.chain(
                                () -> outputs.withdraw(session, ref, reason, target.generation()));
            }
            if (target.retained() && target.destroyed()) {
                written = written.chain(() -> outputs.tombstone(session, ref));
            }
            if (target.observedNow()) {
                written =
                        written.chain(() ->
                                outputs.republish(
                                        session, ref, target.generation(), each.observed()));
            }
        }
        return written;
    }
}
