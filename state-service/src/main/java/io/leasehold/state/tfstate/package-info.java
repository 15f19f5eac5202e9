/**
 * States: the Terraform HTTP backend, its locks for people, and every version that was ever stored.
 * Touches the stack row only to lock it and to move its state version.
 */
@NullMarked
package io.leasehold.state.tfstate;

import org.jspecify.annotations.NullMarked;
