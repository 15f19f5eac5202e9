package io.leasehold.provisioner.attacks;

import static io.leasehold.provisioner.attacks.Attack.CHANGED_ROOT;
import static io.leasehold.provisioner.attacks.Attack.CHANGED_TOFU;
import static io.leasehold.provisioner.attacks.Attack.CORE_PATTERN;
import static io.leasehold.provisioner.attacks.Attack.HARD_LINK;
import static io.leasehold.provisioner.attacks.Attack.POISONED_PROVIDERS;
import static io.leasehold.provisioner.attacks.Attack.ROOT_CONTROL_GROUP;
import static io.leasehold.provisioner.attacks.Attack.SIGNAL_TO_WORKER;

import org.junit.jupiter.api.Test;

/** A module wants to change what other runs and the host live on. */
class ChangingAttacksIT extends AttackSuite {

    ChangingAttacksIT() {
        super(
                POISONED_PROVIDERS,
                CHANGED_TOFU,
                SIGNAL_TO_WORKER,
                CORE_PATTERN,
                ROOT_CONTROL_GROUP,
                CHANGED_ROOT,
                HARD_LINK);
    }

    @Test
    @Against(POISONED_PROVIDERS)
    void theProvidersOfAllRunsCannotBeAddedTo() throws Exception {
        holdsOnlyBy(POISONED_PROVIDERS);
    }

    @Test
    @Against(CHANGED_TOFU)
    void theTofuOfAllRunsCannotBeChanged() throws Exception {
        holdsOnlyBy(CHANGED_TOFU);
    }

    @Test
    @Against(SIGNAL_TO_WORKER)
    void theWorkerCannotBeSignalled() throws Exception {
        holdsOnlyBy(SIGNAL_TO_WORKER);
    }

    @Test
    @Against(CORE_PATTERN)
    void theKernelsSwitchesCannotBeSet() throws Exception {
        holdsOnlyBy(CORE_PATTERN);
    }

    @Test
    @Against(ROOT_CONTROL_GROUP)
    void noControlGroupCanBeLeft() throws Exception {
        holdsOnlyBy(ROOT_CONTROL_GROUP);
    }

    @Test
    @Against(CHANGED_ROOT)
    void theRootAndItsDevicesCannotBeWrittenTo() throws Exception {
        holdsOnlyBy(CHANGED_ROOT);
    }

    @Test
    @Against(HARD_LINK)
    void filesOfOthersCannotBeLinkedTo() throws Exception {
        holdsOnlyBy(HARD_LINK);
    }
}
