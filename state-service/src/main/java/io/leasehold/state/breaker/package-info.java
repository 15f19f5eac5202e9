/**
 * Breakers: what several tenants fail at alike is tried by one run at a time, and the others wait.
 * May touch the breaker tables and the hold columns of stacks that no person holds; never hands out
 * or ends runs.
 */
@NullMarked
package io.leasehold.state.breaker;

import org.jspecify.annotations.NullMarked;
