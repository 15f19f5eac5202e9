package io.leasehold.state.simulation;

import io.leasehold.ledger.api.Disposition;
import io.leasehold.ledger.api.RunKind;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.state.simulation.Tables.Event;
import io.leasehold.state.simulation.Tables.Life;
import io.leasehold.state.simulation.Tables.Run;
import io.leasehold.state.simulation.Tables.Stack;
import io.leasehold.state.simulation.Tables.State;
import io.leasehold.state.stack.Plan;
import io.leasehold.state.stack.Situation.Lifecycle;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What must hold at every commit. A database that is put back may have forgotten a lease it gave:
 * its holder finds out by its next heartbeat, and is excused until then.
 */
final class Invariants {
    private final World world;
    private final MemoryLedger ledger;
    private final Clockwork clock;
    private final Set<String> forgottenLeases = new HashSet<>();

    /**
     * Stacks of which the ledger forgot something others had seen, until a run of theirs ends well.
     */
    final Set<StackRef> unsettled = new HashSet<>();

    Invariants(World world, MemoryLedger ledger, Clockwork clock) {
        this.world = world;
        this.ledger = ledger;
        this.clock = clock;
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    void committed(Tables before, Tables after) {
        before.lives.values().forEach(life -> neverBack(life, after));
        oneDispositionEach(before, after);
        after.stacks.values().forEach(stack -> stack(before, after, stack));
        doors();
        after.lives.values().forEach(life -> planIsLevelTriggered(after, life));
    }

    private static void neverBack(Life before, Tables after) {
        Life now = after.lives.get(before.id);
        require(now != null, before.id + " is not known any more");
        if (now != null) {
            require(
                    now.generation >= before.generation,
                    before.id + " went back from generation " + before.generation);
            require(
                    before.lifecycle != Lifecycle.DELETED || now.lifecycle == Lifecycle.DELETED,
                    before.id + " was deleted and lives again");
        }
    }

    private static void oneDispositionEach(Tables before, Tables after) {
        Map<Long, Disposition> then = new HashMap<>();
        before.events.forEach(event -> then.put(event.id(), event.disposition()));
        Map<String, Event> placed = new HashMap<>();
        for (Event event : after.events) {
            String place = event.partition() + "/" + event.offset();
            require(placed.put(place, event) == null, "two rows for the record at " + place);
            Disposition was = then.get(event.id());
            require(
                    was == null
                            || was == event.disposition()
                            || was == Disposition.PENDING
                            || was == Disposition.FAILED,
                    "the event at " + place + " was " + was + " and is " + event.disposition());
        }
        Map<String, Integer> accepted = new HashMap<>();
        for (Event event : after.events) {
            Life life = after.lives.get(event.life());
            if (event.generation() != null && life != null) {
                // A delete may have the generation of what it ends.
                int most = life.lifecycle == Lifecycle.DELETED ? 2 : 1;
                String generation = event.life() + " generation " + event.generation();
                require(
                        accepted.merge(generation, 1, Integer::sum) <= most,
                        generation + " was accepted twice");
            }
        }
        long judged = after.watermarks.values().stream().mapToLong(Long::longValue).sum();
        require(
                judged == after.events.size(),
                judged + " records are acknowledged, " + after.events.size() + " have a row");
    }

    private void stack(Tables before, Tables after, Stack now) {
        Stack then = before.stacks.get(now.ref);
        if (then == null) {
            return;
        }
        leased(then, now, after);
        notRevived(before, then, now);
        failedForGood(before, after, now);
        for (State state : now.states.subList(then.states.size(), now.states.size())) {
            written(then, state);
        }
        if (now.appliedRevision != then.appliedRevision) {
            require(
                    then.leaseRun != null
                            && before.run(then.leaseRun).revision() == now.appliedRevision,
                    now.ref + " was applied by a run that does not hold it");
            unsettled.remove(now.ref);
        }
        require(
                !now.outReady
                        || unsettled.contains(now.ref)
                        || now.head().version() == now.rememberedState,
                now.ref + " has outputs that are ready and older than its state");
    }

    /** What has run out is not given back, unless service time stood still. */
    private void notRevived(Tables before, Stack then, Stack now) {
        boolean same = then.leaseId != null && then.leaseId.equals(now.leaseId);
        boolean running = clock.database() - before.beatenAt <= LeaseTables.LONGEST_GAP;
        require(
                !same
                        || !running
                        || then.leaseUntil > clock.database()
                        || now.leaseUntil <= then.leaseUntil,
                now.ref + " has a lease again that had run out");
    }

    private static void failedForGood(Tables before, Tables after, Stack now) {
        Tables.Letter letter = after.letters.get(now.ref);
        Tables.Letter then = before.letters.get(now.ref);
        require(
                letter == null
                        || (then != null && then.revision() == letter.revision())
                        || letter.revision() == now.revision,
                now.ref + " has a dead letter though something newer was wanted already");
    }

    /** Whatever leans on {@code a} goes before it. */
    private static boolean leanedOn(Tables after, Stack stack) {
        return stack.ref.stack().equals("a")
                && after.stacksOf(after.life(stack.ref).id).stream()
                        .anyMatch(other ->
                                !other.ref.equals(stack.ref)
                                        && !other.destroyed
                                        && (other.applyStarted || other.appliedRevision > 0));
    }

    private static void leased(Stack then, Stack now, Tables after) {
        String lease = now.leaseId;
        if (lease == null || lease.equals(then.leaseId)) {
            return;
        }
        require(then.leaseId == null, now.ref + " was given away while it was held");
        Run run = after.run(Objects.requireNonNull(now.leaseRun));
        require(
                run.revision() == then.revision,
                now.ref + " has a run for an older revision than the wanted one");
        require(
                run.revision() > then.appliedRevision,
                now.ref + " has a run for what is applied already");
        require(
                run.kind() != RunKind.DESTROY || !leanedOn(after, now),
                now.ref + " is destroyed under what leans on it");
    }

    private static void written(Stack then, State state) {
        if (state.kind().equals("RUN")) {
            require(
                    Objects.equals(state.leaseId(), then.leaseId),
                    then.ref + " took a state that was not written under its lease");
            require(
                    state.serial() >= then.head().serial()
                            && state.lineage().equals(then.head().lineage()),
                    then.ref + " took a state that does not follow the one before");
        }
    }

    /** No egress but under the lease: so no two runs ever act on one stack. */
    void doors() {
        for (Worker worker : world.workers) {
            LedgerDoor.Given run = worker.run;
            if (run == null
                    || !worker.doorsOpen(clock.time())
                    || forgottenLeases.contains(run.leaseId())) {
                continue;
            }
            Stack stack = ledger.tables().stacks.get(run.stack());
            require(
                    stack != null && run.leaseId().equals(stack.leaseId),
                    worker.name
                            + " has its doors open on "
                            + run.stack()
                            + ", which is not its own");
        }
    }

    private void planIsLevelTriggered(Tables after, Life life) {
        Plan again = ledger.plans().decide(after, life);
        require(
                again.stacks().isEmpty() && again.ends().isEmpty(),
                life.id + " would be planned otherwise if it were looked at again: " + again);
    }

    /** The database is not what it was. */
    void putBack(Tables before, Tables now) {
        for (Stack then : before.stacks.values()) {
            Stack stack = now.stacks.get(then.ref);
            String lease = then.leaseId;
            boolean known =
                    stack != null
                            && Objects.equals(lease, stack.leaseId)
                            && stack.leaseUntil >= then.leaseUntil - LeaseTables.GRACE;
            if (lease != null && !known) {
                forgottenLeases.add(lease);
            }
            if (stack == null || !seen(before, then).equals(seen(now, stack))) {
                unsettled.add(then.ref);
            }
        }
    }

    /** What others may have seen of a stack. */
    private static String seen(Tables tables, Stack stack) {
        String run = stack.leaseRun;
        return stack.leaseId
                + " "
                + (run == null ? "" : tables.run(run).phase())
                + " "
                + stack.states.size()
                + " "
                + stack.applyStarted
                + " "
                + stack.outHash
                + " "
                + stack.outGeneration
                + " "
                + stack.outReady;
    }
}
