package io.leasehold.chaos;

import io.leasehold.ledger.api.Disposition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that was seen of one run of chaos, after quiet: what was sent, what the tenants' own server
 * saw, and what the system says of itself.
 *
 * @param wanted what each life should be in the end
 * @param acknowledged every event that the broker said it has
 * @param ends what the ledger says became of each record, by where it stands
 * @param writes what the tenants' server saw, in its order
 * @param standing what stands there in the end
 * @param states what the stored states hold in the end
 * @param published every outputs record, in the order of the topic's partitions
 * @param outputs the latest outputs, as a deployer has them
 * @param locks who holds a stack in the end
 * @param runs all runs
 * @param unsettled lives that are not what they should be, in the ledger's own words
 * @param left what waits for a person, by whom it is about
 */
record Observed(
        Map<Life, Wish> wanted,
        List<Acknowledged> acknowledged,
        Map<Acknowledged.Place, Disposition> ends,
        List<Write> writes,
        Map<Life, TenantsServer.Standing> standing,
        Map<Life, Marks> states,
        List<Outputs> published,
        Map<Life, Outputs> outputs,
        List<String> locks,
        List<Ran> runs,
        Map<Life, String> unsettled,
        List<Left> left) {

    /** An outputs record. */
    record Outputs(Life life, long generation, boolean ready, Marks marks) {}

    /** Something that waits for a person, and what it says. */
    record Left(String whom, String words) {}

    /**
     * A run.
     *
     * @param finished null while it has no end
     */
    record Ran(String id, Life life, String worker, Instant started, @Nullable Instant finished) {}
}
