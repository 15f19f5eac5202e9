package io.leasehold.events.tenant;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant says for one stack alone.
 *
 * @param variables laid over the tenant's variables; empty if none. Not to be changed by readers
 * @param policy laid over the tenant's policy
 */
public record StackSettings(
        @JsonInclude(JsonInclude.Include.NON_EMPTY) ObjectNode variables,
        @Nullable TenantPolicy policy) {
    public StackSettings(@Nullable ObjectNode variables, @Nullable TenantPolicy policy) {
        this.variables = variables == null ? JsonNodeFactory.instance.objectNode() : variables;
        this.policy = policy;
    }
}
