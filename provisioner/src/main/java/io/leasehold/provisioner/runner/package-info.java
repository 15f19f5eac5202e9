/**
 * Claims runs and carries them out under their leases: template, plan, apply, outcome. Knows no
 * Kafka.
 */
@NullMarked
package io.leasehold.provisioner.runner;

import org.jspecify.annotations.NullMarked;
