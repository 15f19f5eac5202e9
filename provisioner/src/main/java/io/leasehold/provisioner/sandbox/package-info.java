/**
 * Runs one program so that it sees only what it was given. May start processes and open doors;
 * knows nothing of tofu, states or the ledger.
 */
@NullMarked
package io.leasehold.provisioner.sandbox;

import org.jspecify.annotations.NullMarked;
