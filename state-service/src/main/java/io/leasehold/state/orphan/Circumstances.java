package io.leasehold.state.orphan;

import org.jspecify.annotations.Nullable;

/**
 * What is known of an open orphan beside itself and the version that is served, before any state is
 * opened.
 *
 * @param managed whether the ledger has its stack
 * @param destroyed nothing of its stack is left to do
 * @param held a run or a person has its stack
 * @param own what is served is the work of the orphan's run: it wrote it, or it was adopted of it
 * @param base the newest version that the orphan's run knew; null when its run is not known
 * @param later a version that is served or was, of the same run, and later than the orphan: of a
 *     higher serial, or of the same and handed in later; null for none
 * @param newer an open orphan of the same run that is later in the same way; null for none
 * @param rival an open orphan of another run; null for none
 * @param lostRun a run that came later and was not seen to its end either; null for none
 */
record Circumstances(
        boolean managed,
        boolean destroyed,
        boolean held,
        boolean own,
        @Nullable Long base,
        @Nullable Long later,
        @Nullable Long newer,
        @Nullable Long rival,
        @Nullable String lostRun) {}
