package io.leasehold.it.lease;

import static io.leasehold.faults.Step.APPLYING;
import static io.leasehold.faults.Step.CLAIM;
import static io.leasehold.faults.Step.DRIFT_REPORT;
import static io.leasehold.faults.Step.LOG;
import static io.leasehold.faults.Step.OUTCOME;
import static io.leasehold.faults.Step.PLANNING;
import static io.leasehold.faults.Step.PLAN_KEPT;
import static io.leasehold.faults.Step.PLAN_TAKEN;
import static io.leasehold.faults.Step.STATE_FORGOTTEN;
import static io.leasehold.faults.Step.STATE_SENT;
import static io.leasehold.faults.Step.STATE_SPOOLED;
import static io.leasehold.faults.Step.TEMPLATE;
import static io.leasehold.faults.Step.TOFU_END;
import static io.leasehold.faults.Step.TOFU_START;
import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.faults.Armed;
import io.leasehold.faults.Moment;
import io.leasehold.faults.Service;
import io.leasehold.faults.Step;
import io.leasehold.it.lease.KilledRuns.Group;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nobody can add a step that no run is killed at, nor leave one out for a kind of run unsaid. */
class KilledRunsTest {
    /** Steps of intake and publisher, which have no runs: chaos kills them there. */
    private static final Set<Step> OF_NO_RUN = Set.of(Step.INTAKE, Step.DRAIN, Step.PUBLISHED);

    /** Why runs of a kind are not killed at a step though they go through it. */
    private enum Exempt {
        /** What comes before a run's kind is looked at, or goes on beside it: as in a create. */
        ALIKE(CLAIM, LOG),
        /** The same, where the module is not what the kind is about. */
        ALIKE_WITH_MODULE(CLAIM, LOG, TEMPLATE),
        /** A proxy takes states from every tofu that writes one and knows no kinds. */
        OF_PROXY(STATE_SPOOLED, STATE_SENT, STATE_FORGOTTEN),
        /** Whoever takes over a plan is killed in a change: a destroy asks for it by the same. */
        TAKES_OVER_AS_A_CHANGE(PLAN_TAKEN),
        /** Up to the plan that is kept it is the same as for a change. */
        PLANS_AS_A_CHANGE(PLANNING, PLAN_TAKEN),
        /** It has come to its last destroy then, and tells of it as any destroy does. */
        ENDS_AS_A_DESTROY(OUTCOME);

        private final Set<Step> steps;

        Exempt(Step... steps) {
            this.steps = Set.of(steps);
        }
    }

    /** The kinds of runs, each with the steps that it goes through. */
    enum Kind {
        CREATE(
                KilledRuns.creates(),
                Set.of(
                        CLAIM,
                        TEMPLATE,
                        LOG,
                        APPLYING,
                        TOFU_START,
                        TOFU_END,
                        STATE_SPOOLED,
                        STATE_SENT,
                        STATE_FORGOTTEN,
                        OUTCOME)),
        CHANGE(
                both(KilledRuns.planned(), KilledRuns.takenOver()),
                Set.of(
                        CLAIM,
                        TEMPLATE,
                        LOG,
                        PLANNING,
                        PLAN_TAKEN,
                        PLAN_KEPT,
                        APPLYING,
                        TOFU_START,
                        TOFU_END,
                        STATE_SPOOLED,
                        STATE_SENT,
                        STATE_FORGOTTEN,
                        OUTCOME),
                Exempt.ALIKE_WITH_MODULE,
                Exempt.OF_PROXY),
        DESTROY(KilledRuns.destroys(), CREATE.through, Exempt.ALIKE),
        DESTROY_THAT_PLANS_FIRST(
                KilledRuns.planned(),
                CHANGE.through,
                Exempt.ALIKE_WITH_MODULE,
                Exempt.OF_PROXY,
                Exempt.TAKES_OVER_AS_A_CHANGE),
        DESTROY_THAT_APPLIES_FIRST(
                KilledRuns.destroysThatApplyFirst(),
                CHANGE.through,
                Exempt.ALIKE_WITH_MODULE,
                Exempt.OF_PROXY,
                Exempt.PLANS_AS_A_CHANGE,
                Exempt.ENDS_AS_A_DESTROY),
        OPERATION(KilledRuns.operations(), DESTROY.through, Exempt.ALIKE_WITH_MODULE),
        CHECK(
                KilledRuns.checks(),
                Set.of(CLAIM, TEMPLATE, LOG, TOFU_START, TOFU_END, DRIFT_REPORT),
                Exempt.ALIKE_WITH_MODULE);

        private final List<Group> groups;
        private final Set<Step> through;
        private final List<Exempt> exempt;

        Kind(List<Group> groups, Set<Step> through, Exempt... exempt) {
            this.groups = groups;
            this.through = through;
            this.exempt = List.of(exempt);
        }

        private Set<Step> exemptSteps() {
            Set<Step> steps = new HashSet<>();
            exempt.forEach(each -> steps.addAll(each.steps));
            return steps;
        }
    }

    private static List<Group> both(List<Group> some, List<Group> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    /** The middle of an operation's tofu is tried right after its start, and once is enough. */
    private static boolean isTried(Kind kind, String at) {
        return kind != Kind.OPERATION || !at.equals("BEFORE TOFU_END");
    }

    @ParameterizedTest
    @EnumSource
    void runsOfEachKindAreKilledBeforeAndAfterEachStepThatTheyGoThrough(Kind kind) {
        Set<Step> steps = EnumSet.copyOf(kind.through);
        steps.removeAll(kind.exemptSteps());

        assertThat(where(kind))
                .containsExactlyInAnyOrderElementsOf(
                        steps.stream()
                                .flatMap(KilledRunsTest::around)
                                .filter(at -> isTried(kind, at))
                                .toList());
        assertThat(kind.through).containsAll(kind.exemptSteps());
    }

    @Test
    void everyStepOfARunIsOneOfSomeKind() {
        assertThat(Stream.of(Kind.values()).flatMap(kind -> kind.through.stream()).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        Step.of(Service.PROVISIONER).stream()
                                .filter(step -> !OF_NO_RUN.contains(step))
                                .toList());
    }

    /** What a kind is exempt from, another one is not. */
    @Test
    void everyStepIsTriedWithSomeKind() {
        for (Kind kind : Kind.values()) {
            assertThat(kind.exemptSteps())
                    .allSatisfy(step ->
                            assertThat(Stream.of(Kind.values()).map(KilledRunsTest::where))
                                    .anySatisfy(tried ->
                                            assertThat(tried).containsAll(around(step).toList())));
        }
    }

    private static Set<String> where(Kind kind) {
        Set<String> where = new TreeSet<>();
        kind.groups.stream()
                .flatMap(group -> group.runs().stream())
                .flatMap(run -> run.at().stream())
                .map(KilledRunsTest::words)
                .forEach(where::add);
        return where;
    }

    private static String words(Armed at) {
        return at.moment() + " " + at.step();
    }

    private static Stream<String> around(Step step) {
        return Stream.of(Moment.values()).map(moment -> moment + " " + step);
    }
}
