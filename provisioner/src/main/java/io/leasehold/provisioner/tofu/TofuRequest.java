package io.leasehold.provisioner.tofu;

import io.leasehold.provisioner.door.DoorRule;
import io.leasehold.provisioner.module.Template;
import io.leasehold.provisioner.stateproxy.StateAccess;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * One execution of tofu.
 *
 * @param runId names the run in logs, directories and the spool; letters, digits and dashes
 * @param template the module
 * @param doors what it may reach; nothing else is there
 * @param state ignored for {@link TofuCommand.ShowPlan}, which has no state and no doors
 * @param held whether the run has its right to the world; where that ends its doors lead nowhere
 */
public record TofuRequest(
        String runId,
        TofuCommand command,
        Template template,
        RunInputs inputs,
        List<DoorRule> doors,
        StateAccess state,
        RunLimits limits,
        BooleanSupplier held) {

    /** Takes a copy of the doors and refuses a run id that is not one. */
    public TofuRequest {
        if (!runId.matches("[A-Za-z0-9][A-Za-z0-9-]{0,63}")) {
            throw new IllegalArgumentException("not a run id: " + runId);
        }
        doors = List.copyOf(doors);
    }
}
