/** The append-only record of what people did and why. Touches its own table only. */
@NullMarked
package io.leasehold.state.audit;

import org.jspecify.annotations.NullMarked;
