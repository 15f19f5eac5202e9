/**
 * Tenants and their lives: takes in judged events, gives each its verdict and keeps what is wanted
 * now. May touch the tables of lives and events, hands refusals to the dead letters and leaves what
 * follows for stacks to the planner.
 */
@NullMarked
package io.leasehold.state.tenant;

import org.jspecify.annotations.NullMarked;
