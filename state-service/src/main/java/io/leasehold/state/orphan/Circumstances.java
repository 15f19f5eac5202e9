package io.leasehold.state.orphan;

import io.leasehold.ledger.api.StateVersionView;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an open orphan before any state is opened.
 *
 * @param orphan the open one
 * @param current the version that is served; null when there is none
 * @param managed whether the ledger has its stack
 * @param destroyed nothing of its stack is left to do
 * @param held a run or a person has its stack
 * @param base the newest version that the orphan's run knew; null when its run is not known
 * @param later a version that the same run wrote with a higher serial; null for none
 * @param rival an open orphan of another run; null for none
 * @param lostRun a run that came later and was not seen to its end either; null for none
 */
record Circumstances(
        StateVersionView orphan,
        @Nullable StateVersionView current,
        boolean managed,
        boolean destroyed,
        boolean held,
        @Nullable Long base,
        @Nullable Long later,
        @Nullable Long rival,
        @Nullable String lostRun) {}
