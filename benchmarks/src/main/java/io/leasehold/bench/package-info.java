/** Measures our path beside what people write by hand, in one run and on the same modules. */
@NullMarked
package io.leasehold.bench;

import org.jspecify.annotations.NullMarked;
