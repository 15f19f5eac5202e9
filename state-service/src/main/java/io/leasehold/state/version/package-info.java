/**
 * What people do with the versions of a state: look into them without seeing a value, compare, roll
 * back, hide and bring back; and the rule by which old ones are let go. Writes nothing of
 * state_version but the marks of a delete; what becomes the newest version is put there by the
 * states themselves.
 */
@NullMarked
package io.leasehold.state.version;

import org.jspecify.annotations.NullMarked;
