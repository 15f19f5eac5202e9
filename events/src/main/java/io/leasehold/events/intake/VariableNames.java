package io.leasehold.events.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.ErrorCode;
import io.leasehold.events.tenant.SnakeCase;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The names of variables once they are OpenTofu's: none that the platform sets itself, and no two
 * that become one. A stack's variables are laid over the tenant's, so they are looked at together.
 */
public final class VariableNames {
    private static final List<String> RESERVED =
            List.of("tenant_id", "tenant_incarnation", "stack_name", "region");
    private static final String RESERVED_PREFIX = "platform_";

    private VariableNames() {}

    /** True for names, in snake_case, that only the platform sets. */
    public static boolean isReserved(String snakeCase) {
        return RESERVED.contains(snakeCase) || snakeCase.startsWith(RESERVED_PREFIX);
    }

    static void check(ObjectNode data) throws RefusedException {
        Map<String, String> ofTenant = new LinkedHashMap<>();
        check(data.path("variables"), "/variables", ofTenant);
        for (var stack : data.path("stacks").properties()) {
            check(
                    stack.getValue().path("variables"),
                    Pointer.to(Pointer.to("/stacks", stack.getKey()), "variables"),
                    new LinkedHashMap<>(ofTenant));
        }
    }

    private static void check(JsonNode variables, String pointer, Map<String, String> seen)
            throws RefusedException {
        for (var entry : variables.properties()) {
            String name = entry.getKey();
            String snake = SnakeCase.of(name);
            String below = Pointer.to(pointer, name);
            if (isReserved(snake)) {
                throw RefusedException.at(
                        ErrorCode.VAR_RESERVED,
                        below,
                        "becomes " + snake + ", which the platform sets itself; wants it left out");
            }
            String other = seen.put(snake, below);
            if (other != null && !other.endsWith("/" + name)) {
                throw new RefusedException(
                        ErrorCode.VAR_NAME_COLLISION,
                        "%s and %s both become %s; wants one of them"
                                .formatted(other, below, snake),
                        List.of(other, below));
            }
        }
    }
}
