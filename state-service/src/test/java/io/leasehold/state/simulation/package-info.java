/**
 * A small world around the real deciders: everything that is I/O in production is in memory here,
 * and goes wrong as often as a seed says. {@code World} acts, {@code Tables} remember, {@code
 * Invariants} look on.
 */
@NullMarked
package io.leasehold.state.simulation;

import org.jspecify.annotations.NullMarked;
