/**
 * What operators have tofu do to states: checked, looked at, and asked for as runs. May add runs
 * that are asked for, and reads states; workers claim such runs from the lease feature.
 */
@NullMarked
package io.leasehold.state.operation;

import org.jspecify.annotations.NullMarked;
