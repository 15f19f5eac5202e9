package io.leasehold.events.tenant;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The data of a tenant event: the full desired state, never a patch. Numbers in trees are exact
 * ({@code BigInteger}, {@code BigDecimal}). The trees are not to be changed by readers.
 *
 * @param tenantId who; immutable
 * @param incarnation which life of that id, from 1
 * @param generation upstream's counter; null only from sources that are ordered by position
 * @param lifecycle what the tenant should be
 * @param blueprint null only in a delete
 * @param variables of the blueprint, camelCase; empty in a delete
 * @param name for people
 * @param tier what the tenant pays for
 * @param region where it lives
 * @param labels free text for selection
 * @param policy what it wants otherwise than the blueprint
 * @param stacks what it wants for single stacks, by name
 * @param requestedBy who asked upstream; not part of what is wanted
 * @param extensions free and ignored
 */
public record TenantSpec(
        String tenantId,
        long incarnation,
        @Nullable Long generation,
        Lifecycle lifecycle,
        @Nullable BlueprintRef blueprint,
        ObjectNode variables,
        @Nullable String name,
        @Nullable String tier,
        @Nullable String region,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> labels,
        @Nullable TenantPolicy policy,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, StackSettings> stacks,
        @Nullable String requestedBy,
        @Nullable ObjectNode extensions) {

    public TenantSpec(
            String tenantId,
            long incarnation,
            @Nullable Long generation,
            Lifecycle lifecycle,
            @Nullable BlueprintRef blueprint,
            @Nullable ObjectNode variables,
            @Nullable String name,
            @Nullable String tier,
            @Nullable String region,
            @Nullable Map<String, String> labels,
            @Nullable TenantPolicy policy,
            @Nullable Map<String, StackSettings> stacks,
            @Nullable String requestedBy,
            @Nullable ObjectNode extensions) {
        this.tenantId = tenantId;
        this.incarnation = incarnation;
        this.generation = generation;
        this.lifecycle = lifecycle;
        this.blueprint = blueprint;
        this.variables = variables == null ? JsonNodeFactory.instance.objectNode() : variables;
        this.name = name;
        this.tier = tier;
        this.region = region;
        this.labels = ordered(labels);
        this.policy = policy;
        this.stacks = ordered(stacks);
        this.requestedBy = requestedBy;
        this.extensions = extensions;
    }

    /** A tenant that should be there, with nothing said but what must be. */
    public static TenantSpec active(
            String tenantId,
            long incarnation,
            long generation,
            BlueprintRef blueprint,
            ObjectNode variables) {
        return new TenantSpec(
                tenantId,
                incarnation,
                generation,
                Lifecycle.ACTIVE,
                blueprint,
                variables,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /** A tenant that should be gone. */
    public static TenantSpec deleted(String tenantId, long incarnation, long generation) {
        return new TenantSpec(
                tenantId,
                incarnation,
                generation,
                Lifecycle.DELETED,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static <V> Map<String, V> ordered(@Nullable Map<String, V> map) {
        return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }
}
