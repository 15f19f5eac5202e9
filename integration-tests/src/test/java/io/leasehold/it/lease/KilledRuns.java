package io.leasehold.it.lease;

import static io.leasehold.faults.Moment.AFTER;
import static io.leasehold.faults.Moment.BEFORE;

import io.leasehold.faults.Armed;
import io.leasehold.faults.Moment;
import io.leasehold.faults.Step;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where runs are killed: each kind of them right before and right after each of its steps. Runs
 * that end with the same worker are a group: all but the last are held where they are to die, and
 * the last one, whose instant matters most since its tofu goes on without it, takes the worker
 * along.
 */
final class KilledRuns {
    private KilledRuns() {}

    /**
     * One run that dies, and those after it that do.
     *
     * @param at where, the first of them first
     * @param reuses what was planned before the kill is applied after it
     * @param settled all that is wanted was there before the kill: what follows changes nothing
     */
    record Killed(List<Armed> at, boolean reuses, boolean settled) {
        static Killed at(Step step, Moment moment, int skip) {
            return new Killed(List.of(new Armed(step, moment, skip)), false, false);
        }

        Killed reusing() {
            return new Killed(at, true, settled);
        }

        /**
         * At a claim that comes after the run: one that was asked for before may still be answered
         * with nothing.
         */
        boolean nextClaim() {
            return settled && at.getFirst().step() == Step.CLAIM;
        }

        Killed thatIsSettled() {
            return new Killed(at, reuses, true);
        }

        @Override
        public String toString() {
            Stream<String> words = at.stream().map(KilledRuns::words);
            return String.join(", then ", words.toList());
        }
    }

    /** Runs of as many tenants that end with one worker, in the order in which they are held. */
    record Group(List<Killed> runs) {
        static Group of(Stream<Killed> held, Killed last) {
            return new Group(Stream.concat(held, Stream.of(last)).toList());
        }

        @Override
        public String toString() {
            return String.join("; ", runs.stream().map(Killed::toString).toList());
        }
    }

    private static String words(Armed at) {
        return at.moment() + " " + at.step() + (at.skip() > 0 ? " " + (at.skip() + 1) : "");
    }

    private static Killed before(Step step) {
        return Killed.at(step, BEFORE, 0);
    }

    private static Killed before(Step step, int skip) {
        return Killed.at(step, BEFORE, skip);
    }

    private static Killed after(Step step) {
        return Killed.at(step, AFTER, 0);
    }

    private static Killed after(Step step, int skip) {
        return Killed.at(step, AFTER, skip);
    }

    private static Stream<Killed> both(Step step) {
        return Stream.of(before(step), after(step));
    }

    private static Stream<Killed> both(Step step, int skip) {
        return Stream.of(before(step, skip), after(step, skip));
    }

    /**
     * One that may go on without its run. The start last: a tofu that was started comes to its end
     * though its run is held, and would be taken for the one that is to be held there.
     */
    private static Stream<Killed> tofu(int skip) {
        return Stream.of(
                after(Step.TOFU_END, skip),
                before(Step.TOFU_END, skip),
                before(Step.TOFU_START, skip),
                after(Step.TOFU_START, skip));
    }

    /** Of a run of one process, up to where its state is kept. */
    private static Stream<Killed> untilItsState() {
        return Stream.concat(
                both(Step.APPLYING),
                Stream.of(before(Step.TOFU_START), before(Step.STATE_SPOOLED)));
    }

    private static Stream<Killed> settled(Step step) {
        return both(step).map(Killed::thatIsSettled);
    }

    /**
     * The first apply of a stack: one process. Claims are asked for by every slot that has nothing
     * to do, so all but one are held before them: no group is smaller than the worker then.
     */
    static List<Group> creates() {
        return List.of(
                // By themselves: logs are sent beside the run, also of one that is held.
                Group.of(Stream.of(before(Step.LOG)), after(Step.LOG)),
                Group.of(Stream.of(before(Step.TEMPLATE)), after(Step.TOFU_START)),
                // It is followed from its start on, so before is in the middle of it.
                Group.of(Stream.of(after(Step.TEMPLATE)), before(Step.TOFU_END)),
                Group.of(untilItsState(), after(Step.CLAIM)),
                Group.of(
                        Stream.of(
                                        Stream.of(after(Step.STATE_SPOOLED)),
                                        both(Step.STATE_SENT),
                                        Stream.of(before(Step.STATE_FORGOTTEN)))
                                .flatMap(each -> each)
                                .map(Killed::thatIsSettled),
                        before(Step.CLAIM).thatIsSettled()),
                Group.of(
                        Stream.concat(
                                Stream.of(
                                        after(Step.STATE_FORGOTTEN).thatIsSettled(),
                                        after(Step.TOFU_END).thatIsSettled()),
                                settled(Step.OUTCOME)),
                        after(Step.CLAIM).thatIsSettled()));
    }

    /** A run that plans first. What is the same from there on is tried with {@link #creates()}. */
    static List<Group> planned() {
        return List.of(
                Group.of(Stream.concat(both(Step.PLANNING), tofu(0)), after(Step.TOFU_START, 1)),
                Group.of(
                        Stream.of(
                                        Stream.of(
                                                before(Step.PLAN_KEPT),
                                                after(Step.PLAN_KEPT).reusing(),
                                                before(Step.APPLYING).reusing(),
                                                after(Step.APPLYING),
                                                before(Step.TOFU_START, 1),
                                                after(Step.TOFU_END, 1).thatIsSettled()),
                                        settled(Step.OUTCOME))
                                .flatMap(each -> each),
                        before(Step.TOFU_END, 1)));
    }

    /** Whoever takes a plan over may be killed, too. */
    static List<Group> takenOver() {
        return List.of(takenOver(BEFORE), takenOver(AFTER));
    }

    private static Group takenOver(Moment moment) {
        return new Group(
                List.of(
                        new Killed(
                                List.of(
                                        new Armed(Step.PLAN_KEPT, AFTER, 0),
                                        new Armed(Step.PLAN_TAKEN, moment, 0)),
                                true,
                                false)));
    }

    /** A destroy of what stands: one process. Its log is sent as any other. */
    static List<Group> destroys() {
        return List.of(
                Group.of(
                        Stream.of(
                                        both(Step.TEMPLATE),
                                        both(Step.APPLYING),
                                        Stream.of(
                                                before(Step.TOFU_START),
                                                before(Step.STATE_SPOOLED)))
                                .flatMap(each -> each),
                        after(Step.TOFU_START)),
                Group.of(
                        Stream.of(
                                        Stream.of(after(Step.STATE_SPOOLED)),
                                        both(Step.STATE_SENT),
                                        both(Step.STATE_FORGOTTEN),
                                        Stream.of(after(Step.TOFU_END)),
                                        both(Step.OUTCOME))
                                .flatMap(each -> each)
                                .map(Killed::thatIsSettled),
                        before(Step.TOFU_END)));
    }

    /**
     * A destroy that applies first what a killed run may have begun: four processes, of which the
     * first plans as any other does. Each try begins with it, so nothing is settled before the end.
     */
    static List<Group> destroysThatApplyFirst() {
        return List.of(
                Group.of(
                        Stream.of(
                                before(Step.PLAN_KEPT),
                                after(Step.PLAN_KEPT).reusing(),
                                before(Step.APPLYING).reusing(),
                                after(Step.APPLYING)),
                        after(Step.TOFU_START, 1)),
                Group.of(
                        Stream.of(before(Step.TOFU_START, 1), after(Step.TOFU_END, 1)),
                        before(Step.TOFU_END, 1)),
                Group.of(Stream.concat(tofu(2), both(Step.APPLYING, 1)), after(Step.TOFU_START, 3)),
                Group.of(
                        Stream.of(before(Step.TOFU_START, 3), after(Step.TOFU_END, 3)),
                        before(Step.TOFU_END, 3)));
    }

    /** What an operator has tofu do to a state. Settled: the state says so before the kill. */
    static List<Group> operations() {
        return List.of(
                Group.of(untilItsState(), after(Step.TOFU_START)),
                Group.of(
                        Stream.of(
                                        Stream.of(after(Step.STATE_SPOOLED)),
                                        both(Step.STATE_SENT),
                                        both(Step.STATE_FORGOTTEN),
                                        Stream.of(after(Step.TOFU_END), before(Step.OUTCOME)))
                                .flatMap(each -> each)
                                .map(Killed::thatIsSettled),
                        // Once it is told the stack is checked at once, which is a run, too.
                        after(Step.OUTCOME).thatIsSettled()));
    }

    /** A look whether what stands is what the state says. Settled: it was told before the kill. */
    static List<Group> checks() {
        return List.of(
                Group.of(
                        Stream.concat(tofu(0), Stream.of(before(Step.DRIFT_REPORT))),
                        after(Step.DRIFT_REPORT).thatIsSettled()));
    }
}
