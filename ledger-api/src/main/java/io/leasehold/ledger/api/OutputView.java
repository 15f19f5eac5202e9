package io.leasehold.ledger.api;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One output of a stack's newest successful run.
 *
 * @param value null when the output is sensitive and was not asked for by name
 */
public record OutputView(
        StackRef stack,
        String name,
        boolean sensitive,
        @Nullable JsonNode value,
        long generation,
        boolean ready) {}
