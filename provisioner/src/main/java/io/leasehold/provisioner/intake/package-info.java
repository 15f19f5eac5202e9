/**
 * Kafka to ledger: reads the tenant topic, judges each record by the contract alone, hands it to
 * the ledger and only then acknowledges. Never runs anything.
 */
@NullMarked
package io.leasehold.provisioner.intake;

import org.jspecify.annotations.NullMarked;
