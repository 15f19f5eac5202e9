package io.leasehold.provisioner.tofu;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/**
 * What a run is given.
 *
 * @param variables the module's input variables, passed as a file and never as arguments
 * @param env plain environment of providers, such as {@code PGHOST}; names beginning with {@code
 *     TF_} and those that steer a loader or a runtime are refused
 * @param secretEnv as {@code env}; the values are masked in everything the run prints
 * @param masked further values to mask, such as sensitive inputs
 */
public record RunInputs(
        ObjectNode variables,
        Map<String, String> env,
        Map<String, Secret> secretEnv,
        Set<Secret> masked) {

    /** Takes copies of the maps and the set. */
    public RunInputs {
        env = Map.copyOf(env);
        secretEnv = Map.copyOf(secretEnv);
        masked = Set.copyOf(masked);
    }
}
