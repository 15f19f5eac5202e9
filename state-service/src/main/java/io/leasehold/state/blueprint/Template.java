package io.leasehold.state.blueprint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What a blueprint says of one stack.
 *
 * @param moduleDigest SHA-256 of the module's archive, lower-case hex
 * @param inputs module inputs by name, literal or computed
 * @param outputs the allow-list
 * @param endpoints {@code host:port} names that its runs ask for
 * @param dependencies the stacks it comes after, said or implied by the outputs it uses
 * @param outputUses the outputs of other stacks that its inputs are computed from
 * @param policy as the document has it
 * @param timeout wall-clock limit of a run
 */
public record Template(
        String name,
        String moduleDir,
        String moduleDigest,
        InputTemplate.Fields inputs,
        List<String> outputs,
        List<String> endpoints,
        Set<String> dependencies,
        Set<OutputUse> outputUses,
        ObjectNode policy,
        Duration timeout) {

    /** Takes copies of the collections. */
    public Template {
        outputs = List.copyOf(outputs);
        endpoints = List.copyOf(endpoints);
        dependencies = Set.copyOf(dependencies);
        outputUses = Set.copyOf(outputUses);
    }

    /** The policy of this stack for a tenant of that spec: blueprint, then tenant, then stack. */
    public StackPolicy policyFor(ObjectNode spec) {
        return StackPolicy.of(
                policy, spec.path("policy"), spec.path("stacks").path(name).path("policy"));
    }
}
