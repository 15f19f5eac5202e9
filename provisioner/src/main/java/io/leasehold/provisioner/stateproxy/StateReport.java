package io.leasehold.provisioner.stateproxy;

import io.leasehold.provisioner.stateproxy.StateUpstream.StateWrite;
import java.util.Optional;

/**
 * What a run did with its state.
 *
 * @param reads how often tofu read it
 * @param accepted how many writes the state service stored
 * @param stored lower-case hex MD5 of the last state that the state service stored
 * @param refusal the last write the state service refused, if it refused any
 * @param spooled true when a state is left in the spool that the service never took: see {@link
 *     Spool#leftovers()}
 */
public record StateReport(
        int reads,
        int accepted,
        Optional<String> stored,
        Optional<StateWrite.Refused> refusal,
        boolean spooled) {

    /** Nothing was read or written. */
    public static final StateReport NONE =
            new StateReport(0, 0, Optional.empty(), Optional.empty(), false);
}
