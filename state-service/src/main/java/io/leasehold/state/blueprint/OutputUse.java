package io.leasehold.state.blueprint;

import org.jspecify.annotations.Nullable;

/**
 * One output of another stack that an expression reads.
 *
 * @param output null when it reads all of them
 */
public record OutputUse(String stack, @Nullable String output) {}
