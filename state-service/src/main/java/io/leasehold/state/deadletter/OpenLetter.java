package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.RawRecord;
import org.jspecify.annotations.Nullable;

/**
 * A letter with what it holds, in the clear.
 *
 * @param original what came, where it was kept
 * @param corrected the corrected copy, if there is one
 */
record OpenLetter(Letter letter, @Nullable RawRecord original, @Nullable RawRecord corrected) {}
