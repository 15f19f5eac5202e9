/**
 * The worker's end of a run's doors: decides which endpoint a run may reach, checks the real
 * address, carries the bytes and closes everything at once when the run's right ends. Knows nothing
 * of tofu or the ledger.
 */
@NullMarked
package io.leasehold.provisioner.door;

import org.jspecify.annotations.NullMarked;
