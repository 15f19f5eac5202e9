/**
 * Stands between a tofu and the state service: holds the credential, spools each state before it
 * forwards it, and holds tofu's answer while the service is away. May touch its spool directory and
 * the state service.
 */
@NullMarked
package io.leasehold.provisioner.stateproxy;

import org.jspecify.annotations.NullMarked;
