/**
 * Refusals and the one form in which they leave: problem+json with a stable code. Never a class
 * name, never a stack trace.
 */
@NullMarked
package io.leasehold.state.problem;

import org.jspecify.annotations.NullMarked;
