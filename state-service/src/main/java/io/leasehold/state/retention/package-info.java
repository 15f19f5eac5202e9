/**
 * How what grows with time lets go of what is past its time. Each feature says what of its own may
 * go; here it is asked, a small batch at a time, by one process at a time. Touches the table of
 * rounds and the catalogue of partitions.
 */
@NullMarked
package io.leasehold.state.retention;

import org.jspecify.annotations.NullMarked;
