/** Tests across modules, on real processes: what one module cannot prove alone. */
@NullMarked
package io.leasehold.it;

import org.jspecify.annotations.NullMarked;
