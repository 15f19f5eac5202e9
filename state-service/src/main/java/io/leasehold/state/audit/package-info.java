/**
 * The append-only record of what people did and why, and its ways out. Touches its own table only.
 */
@NullMarked
package io.leasehold.state.audit;

import org.jspecify.annotations.NullMarked;
