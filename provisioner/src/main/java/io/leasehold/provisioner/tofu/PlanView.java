package io.leasehold.provisioner.tofu;

import com.fasterxml.jackson.databind.JsonNode;
import io.leasehold.ledger.api.DriftReport;
import java.util.List;

/**
 * What people and gates may know of a plan: addresses, actions and attribute paths, no values.
 *
 * @param changes what the plan would do, no-ops left out
 * @param drift what differs between state and reality
 */
public record PlanView(List<Change> changes, List<DriftReport.Change> drift) {

    /** Takes copies of the lists. */
    public PlanView {
        changes = List.copyOf(changes);
        drift = List.copyOf(drift);
    }

    /** Reads the output of {@code show -json} of a plan. Pure. */
    public static PlanView read(JsonNode shown) {
        return PlanReader.read(shown);
    }

    /**
     * One resource that would change.
     *
     * @param action {@code create, read, update, delete, replace} or {@code forget}
     */
    public record Change(String address, String type, String action) {}
}
