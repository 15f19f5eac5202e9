/** Ledger to Kafka: drains the outbox by shards with fenced, transactional producers, in order. */
@NullMarked
package io.leasehold.provisioner.publisher;

import org.jspecify.annotations.NullMarked;
