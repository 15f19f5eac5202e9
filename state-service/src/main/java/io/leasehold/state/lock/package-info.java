/**
 * Who holds which stack, runs and people alike, and how an operator takes it from them. Ends a
 * lease only by taking its right away; the run itself is ended by those who look for lost leases.
 */
@NullMarked
package io.leasehold.state.lock;

import org.jspecify.annotations.NullMarked;
