/**
 * Who calls and what they may: tokens, roles, and the caller of the request at hand. Touches no
 * table.
 */
@NullMarked
package io.leasehold.state.access;

import org.jspecify.annotations.NullMarked;
