/**
 * The state service as the provisioner sees it: calls, refusals, outages. Nothing else here talks
 * to it, except the state proxy, which carries states.
 */
@NullMarked
package io.leasehold.provisioner.ledger;

import org.jspecify.annotations.NullMarked;
