package io.leasehold.state.blueprint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A registered blueprint, read and checked whole. Immutable and safe to share.
 *
 * @param key its name and version
 * @param digest of its content and its modules, lower-case hex SHA-256
 * @param variables what a tenant may say, as a JSON Schema
 * @param stacks by name, in the order of the document
 */
public record Blueprint(
        BlueprintKey key, String digest, VariableSchema variables, Map<String, Template> stacks) {

    /** Takes a copy of the map. */
    public Blueprint {
        stacks = Collections.unmodifiableMap(new LinkedHashMap<>(stacks));
    }

    /** The stacks that depend on this one, directly; empty for a stack that is not here. */
    public Set<String> dependentsOf(String stack) {
        Set<String> dependents = new TreeSet<>();
        stacks.forEach((name, template) -> {
            if (template.dependencies().contains(stack)) {
                dependents.add(name);
            }
        });
        return dependents;
    }

    /**
     * The inputs as the tenant of that spec gives them to a stack: the tenant's own data and its
     * variables with the stack's laid over and the defaults laid under.
     */
    public ObjectNode variablesFor(ObjectNode spec, String stack) {
        return variables.effective(spec, stack);
    }
}
