/**
 * Orphans: states that runs wrote when their right to was gone. Their changes are real, so each is
 * kept until it is taken over or known to be of no use: by the ledger where its history proves that
 * nothing is lost, else by a person. Writes what became of them, and asks for a new plan, since a
 * destroy may have waited.
 */
@NullMarked
package io.leasehold.state.orphan;

import org.jspecify.annotations.NullMarked;
