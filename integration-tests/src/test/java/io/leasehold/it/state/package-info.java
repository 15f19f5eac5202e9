/**
 * The state service as a process of its own on a Postgres of its own: what happens when they are
 * killed, and what its heap bears.
 */
@NullMarked
package io.leasehold.it.state;

import org.jspecify.annotations.NullMarked;
