package io.leasehold.state.stack;

import io.leasehold.state.DecisionTable;
import io.leasehold.state.stack.Situation.Lifecycle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What follows in every state of a stack from everything that can happen to it. */
class PlanTableTest {

    private enum State {
        NEVER_SEEN,
        DUE,
        AT_WORK,
        READY,
        FAILED,
        HELD,
        CHANGE_DUE,
        CHANGE_AT_WORK,
        CHANGE_FAILED,
        SUSPENDED_BEFORE_BUILT,
        SUSPENDED,
        SUSPENDED_AT_WORK,
        DESTROY_DUE,
        DESTROYING,
        DESTROY_FAILED,
        AT_WORK_TO_BE_DESTROYED,
        AT_WORK_TO_BE_LET_GO,
        GONE,
        BLUEPRINT_UNKNOWN,
        PREVIOUS_ALIVE
    }

    private enum Signal {
        SAME,
        CHANGE,
        SUSPEND,
        DELETE,
        DELETE_KEEPING,
        RUN_SUCCEEDS,
        RUN_FAILS,
        RUN_IS_DROPPED,
        RETRY,
        BLUEPRINT_COMES,
        PREVIOUS_GOES,
        PLANNED_AGAIN
    }

    private static final String EXPECTED =
            """
            state                                            signal                                     | then
            NEVER_SEEN                                       SAME|CHANGE                                | due to apply
            NEVER_SEEN                                       SUSPEND                                    | waits SUSPENDED
            NEVER_SEEN                                       DELETE|DELETE_KEEPING                      | gone
            DUE                                              SAME|CHANGE|PLANNED_AGAIN                  | due to apply
            DUE                                              SUSPEND                                    | waits SUSPENDED
            DUE                                              DELETE|DELETE_KEEPING                      | gone
            AT_WORK|CHANGE_AT_WORK|SUSPENDED_AT_WORK         SAME                                       | at work
            AT_WORK|CHANGE_AT_WORK|SUSPENDED_AT_WORK         CHANGE                                     | at work, then again
            AT_WORK|CHANGE_AT_WORK|SUSPENDED_AT_WORK         SUSPEND                                    | at work, then kept
            AT_WORK|CHANGE_AT_WORK|SUSPENDED_AT_WORK         DELETE                                     | at work, then destroyed
            AT_WORK|CHANGE_AT_WORK|SUSPENDED_AT_WORK         DELETE_KEEPING                             | at work, then let go
            AT_WORK|CHANGE_AT_WORK|SUSPENDED_AT_WORK         RUN_SUCCEEDS                               | ready
            AT_WORK|CHANGE_AT_WORK|SUSPENDED_AT_WORK         RUN_FAILS                                  | failed
            AT_WORK|CHANGE_AT_WORK                           RUN_IS_DROPPED                             | due to apply
            SUSPENDED_AT_WORK                                RUN_IS_DROPPED                             | waits SUSPENDED
            AT_WORK|CHANGE_AT_WORK                           PLANNED_AGAIN                              | at work
            SUSPENDED_AT_WORK                                PLANNED_AGAIN                              | at work, then kept
            READY|SUSPENDED                                  SAME|SUSPEND|PLANNED_AGAIN                 | ready
            READY|SUSPENDED                                  CHANGE                                     | due to apply
            READY|SUSPENDED                                  DELETE                                     | due to destroy
            READY|SUSPENDED                                  DELETE_KEEPING                             | gone
            FAILED|CHANGE_FAILED                             SAME|CHANGE|RETRY                          | due to apply
            FAILED|CHANGE_FAILED                             SUSPEND                                    | waits SUSPENDED
            FAILED|CHANGE_FAILED                             DELETE                                     | due to destroy
            FAILED|CHANGE_FAILED                             DELETE_KEEPING                             | gone
            FAILED|CHANGE_FAILED                             PLANNED_AGAIN                              | failed
            HELD                                             SAME|CHANGE|PLANNED_AGAIN                  | held
            HELD                                             SUSPEND                                    | waits SUSPENDED
            HELD                                             DELETE|DELETE_KEEPING                      | gone
            CHANGE_DUE                                       SAME|CHANGE|PLANNED_AGAIN                  | due to apply
            CHANGE_DUE                                       SUSPEND                                    | waits SUSPENDED
            CHANGE_DUE                                       DELETE                                     | due to destroy
            CHANGE_DUE                                       DELETE_KEEPING                             | gone
            SUSPENDED_BEFORE_BUILT                           SAME|CHANGE                                | due to apply
            SUSPENDED_BEFORE_BUILT                           SUSPEND|PLANNED_AGAIN                      | waits SUSPENDED
            SUSPENDED_BEFORE_BUILT                           DELETE|DELETE_KEEPING                      | gone
            DESTROY_DUE                                      PLANNED_AGAIN                              | due to destroy
            DESTROYING                                       RUN_SUCCEEDS                               | gone
            DESTROYING                                       RUN_FAILS                                  | failed
            DESTROYING                                       RUN_IS_DROPPED                             | due to destroy
            DESTROYING                                       PLANNED_AGAIN                              | at work
            DESTROY_FAILED                                   DELETE|RETRY                               | due to destroy
            DESTROY_FAILED                                   DELETE_KEEPING                             | gone
            DESTROY_FAILED                                   PLANNED_AGAIN                              | failed
            AT_WORK_TO_BE_DESTROYED                          RUN_SUCCEEDS|RUN_FAILS|RUN_IS_DROPPED      | due to destroy
            AT_WORK_TO_BE_DESTROYED                          PLANNED_AGAIN                              | at work, then destroyed
            AT_WORK_TO_BE_LET_GO                             RUN_SUCCEEDS|RUN_FAILS|RUN_IS_DROPPED      | gone
            AT_WORK_TO_BE_LET_GO                             PLANNED_AGAIN                              | at work, then let go
            GONE                                             PLANNED_AGAIN                              | gone
            BLUEPRINT_UNKNOWN                                SAME|CHANGE|SUSPEND|PLANNED_AGAIN          | waits BLUEPRINT_UNKNOWN
            BLUEPRINT_UNKNOWN                                DELETE|DELETE_KEEPING                      | gone
            BLUEPRINT_UNKNOWN                                BLUEPRINT_COMES                            | due to apply
            PREVIOUS_ALIVE                                   SAME|CHANGE|SUSPEND|PLANNED_AGAIN          | waits PREVIOUS_INCARNATION
            PREVIOUS_ALIVE                                   DELETE|DELETE_KEEPING                      | gone
            PREVIOUS_ALIVE                                   PREVIOUS_GOES                              | due to apply
            NEVER_SEEN                                       *                                          | cannot be
            DUE|AT_WORK|READY|FAILED|HELD                    *                                          | cannot be
            CHANGE_DUE|CHANGE_AT_WORK|CHANGE_FAILED          *                                          | cannot be
            SUSPENDED_BEFORE_BUILT|SUSPENDED                 *                                          | cannot be
            SUSPENDED_AT_WORK                                *                                          | cannot be
            DESTROY_DUE|DESTROYING|DESTROY_FAILED|GONE       *                                          | cannot be
            AT_WORK_TO_BE_DESTROYED|AT_WORK_TO_BE_LET_GO     *                                          | cannot be
            BLUEPRINT_UNKNOWN|PREVIOUS_ALIVE                 *                                          | cannot be
            """;

    @Test
    void everySignalInEveryStateLeadsWhereTheTableSays() {
        DecisionTable.of(EXPECTED)
                .axis("state", State.class)
                .axis("signal", Signal.class)
                .holds(point -> {
                    Story story = new Story(point.get("state"));
                    return story.can(point.get("signal"))
                            ? story.then(point.get("signal"))
                            : "cannot be";
                });
    }

    /** A tenant of one stack, brought into a state. */
    private static final class Story {
        private final PlannedTenant tenant = new PlannedTenant();
        private final State state;
        private PlannedTenant.@Nullable Run run;
        private String version = "1.0.0";
        private int size = 1;
        private long generation;
        private boolean deleted;

        Story(State state) {
            this.state = state;
            tenant.register("1.0.0", PlanDeciderTest.ONLY_A);
            begin();
        }

        private void begin() {
            switch (state) {
                case NEVER_SEEN -> {}
                case DUE -> wants(Lifecycle.ACTIVE);
                case AT_WORK -> startsAt(Lifecycle.ACTIVE);
                case READY -> ready();
                case FAILED -> failed();
                case HELD -> {
                    wants(Lifecycle.ACTIVE);
                    tenant.holds("a");
                }
                case CHANGE_DUE, CHANGE_AT_WORK, CHANGE_FAILED -> changes();
                case SUSPENDED_BEFORE_BUILT -> wants(Lifecycle.SUSPENDED);
                case SUSPENDED -> {
                    ready();
                    wants(Lifecycle.SUSPENDED);
                }
                case SUSPENDED_AT_WORK -> {
                    startsAt(Lifecycle.ACTIVE);
                    wants(Lifecycle.SUSPENDED);
                }
                case DESTROY_DUE, DESTROYING, DESTROY_FAILED, GONE -> destroys();
                case AT_WORK_TO_BE_DESTROYED -> {
                    startsAt(Lifecycle.ACTIVE);
                    deletes(false);
                }
                case AT_WORK_TO_BE_LET_GO -> {
                    startsAt(Lifecycle.ACTIVE);
                    deletes(true);
                }
                case BLUEPRINT_UNKNOWN -> {
                    version = "9.0.0";
                    wants(Lifecycle.ACTIVE);
                }
                case PREVIOUS_ALIVE -> {
                    tenant.previousAlive = true;
                    wants(Lifecycle.ACTIVE);
                }
            }
        }

        private void changes() {
            ready();
            size++;
            wants(Lifecycle.ACTIVE);
            if (state != State.CHANGE_DUE) {
                run = tenant.claims("a");
            }
            if (state == State.CHANGE_FAILED) {
                fails();
            }
        }

        private void destroys() {
            ready();
            deletes(false);
            if (state != State.DESTROY_DUE) {
                run = tenant.claims("a");
            }
            if (state == State.DESTROY_FAILED) {
                fails();
            }
            if (state == State.GONE) {
                succeeds();
            }
        }

        private void ready() {
            startsAt(Lifecycle.ACTIVE);
            succeeds();
        }

        private void failed() {
            startsAt(Lifecycle.ACTIVE);
            fails();
        }

        private void startsAt(Lifecycle lifecycle) {
            wants(lifecycle);
            run = tenant.claims("a");
        }

        private void wants(Lifecycle lifecycle) {
            tenant.wants(++generation, version, size, lifecycle);
        }

        private void deletes(boolean keeping) {
            deleted = true;
            if (keeping) {
                tenant.deletedKeeping(++generation);
            } else {
                tenant.deleted(++generation);
            }
        }

        private PlannedTenant.Run ending() {
            PlannedTenant.Run ending = run;
            if (ending == null) {
                throw new AssertionError("no run is at work");
            }
            run = null;
            return ending;
        }

        private void succeeds() {
            tenant.succeeds(ending(), "h");
        }

        private void fails() {
            tenant.failsForGood(ending());
        }

        /** Whether the ledger can come to see such a thing in this state. */
        boolean can(Signal signal) {
            boolean failed = tenant.has("a") && tenant.stack("a").failed();
            return switch (signal) {
                case SAME, CHANGE, SUSPEND -> !deleted;
                case DELETE, DELETE_KEEPING -> !deleted || failed;
                case RUN_SUCCEEDS, RUN_FAILS, RUN_IS_DROPPED -> run != null;
                case RETRY -> failed;
                case BLUEPRINT_COMES -> state == State.BLUEPRINT_UNKNOWN;
                case PREVIOUS_GOES -> state == State.PREVIOUS_ALIVE;
                case PLANNED_AGAIN -> state != State.NEVER_SEEN;
            };
        }

        String then(Signal signal) {
            switch (signal) {
                case SAME -> wants(Lifecycle.ACTIVE);
                case CHANGE -> {
                    size++;
                    wants(Lifecycle.ACTIVE);
                }
                case SUSPEND -> wants(Lifecycle.SUSPENDED);
                case DELETE -> deletes(false);
                case DELETE_KEEPING -> deletes(true);
                case RUN_SUCCEEDS -> succeeds();
                case RUN_FAILS -> fails();
                case RUN_IS_DROPPED -> tenant.dropped(ending());
                case RETRY -> tenant.retried("a");
                case BLUEPRINT_COMES -> tenant.register(version, PlanDeciderTest.ONLY_A);
                case PREVIOUS_GOES -> {
                    tenant.previousAlive = false;
                    tenant.plan();
                }
                case PLANNED_AGAIN -> tenant.plan();
            }
            return seen();
        }

        private String seen() {
            if (tenant.gone) {
                return "gone";
            }
            if (tenant.waiting != null) {
                return "waits " + tenant.waiting;
            }
            Situation.Stack stack = tenant.stack("a");
            if (run != null) {
                return "at work" + after(stack, run);
            }
            if (stack.failed()) {
                return "failed";
            }
            if (stack.due()) {
                return stack.wanted() ? "due to apply" : "due to destroy";
            }
            if (stack.waitingCode() != null) {
                return "waits " + stack.waitingCode();
            }
            return stack.holdCode() == null ? "ready" : "held";
        }

        private static String after(Situation.Stack stack, PlannedTenant.Run run) {
            if (Waits.RUN_AT_WORK.equals(stack.waitingCode())) {
                return ", then let go";
            }
            if (run.apply() && !stack.wanted()) {
                return ", then destroyed";
            }
            if (Waits.SUSPENDED.equals(stack.waitingCode())) {
                return ", then kept";
            }
            return stack.revision() > run.revision() ? ", then again" : "";
        }
    }
}
