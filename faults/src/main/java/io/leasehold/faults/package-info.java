/**
 * A Java agent that ends its own process, as {@code kill -9} would, at a step that was named from
 * outside, or holds whoever comes there. For tests and for {@code chaos}: the services do not know
 * of it, and no code of theirs is there for its sake. Needs nothing but the JDK, since it lives in
 * other programs' processes.
 */
@NullMarked
package io.leasehold.faults;

import org.jspecify.annotations.NullMarked;
