/** Whether this process lives and whether it can serve. */
@NullMarked
package io.leasehold.state.health;

import org.jspecify.annotations.NullMarked;
