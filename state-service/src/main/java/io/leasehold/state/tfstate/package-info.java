/**
 * States: the Terraform HTTP backend, its locks for people, and every version that was stored.
 * Touches the stack row only to lock it, to move its state version, and to let a destroy that has
 * not begun wait for an orphan.
 */
@NullMarked
package io.leasehold.state.tfstate;

import org.jspecify.annotations.NullMarked;
