package io.leasehold.state.tenant;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.leasehold.events.ErrorCode;
import io.leasehold.state.blueprint.Blueprint;
import io.leasehold.state.blueprint.Facts;
import io.leasehold.state.blueprint.InputResolver;
import io.leasehold.state.blueprint.Resolution;
import io.leasehold.state.blueprint.Template;
import io.leasehold.state.blueprint.VariableSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Holds what a tenant says against its blueprint, as far as that can be done before anything runs:
 * stacks and variables by the schema, and inputs that need no other stack by computing them. Pure.
 */
final class SpecCheck {
    private static final InputResolver RESOLVER = new InputResolver();

    private SpecCheck() {}

    /**
     * Why an event can not be accepted.
     *
     * @param code a code of the event contract
     * @param reason for the publisher, without values
     */
    record Fault(String code, String reason) {}

    /** The gravest fault, with every other one named in its reason. */
    static Optional<Fault> fault(Blueprint blueprint, Change change) {
        ObjectNode spec = change.data();
        List<VariableSchema.Violation> violations =
                blueprint.variables().check(spec, blueprint.stacks().keySet());
        if (!violations.isEmpty()) {
            StringBuilder reason = new StringBuilder(violations.getFirst().reason());
            violations.stream()
                    .skip(1)
                    .forEach(other ->
                            reason.append("; ")
                                    .append(other.code())
                                    .append(": ")
                                    .append(other.reason()));
            return Optional.of(new Fault(violations.getFirst().code(), cut(reason.toString())));
        }
        for (Template template : blueprint.stacks().values()) {
            if (!template.outputUses().isEmpty()) {
                continue;
            }
            Facts facts =
                    new Facts(
                            Facts.tenantOf(
                                    change.tenantId(),
                                    (int) change.incarnation(),
                                    change.generation(),
                                    spec),
                            blueprint.variablesFor(spec, template.name()),
                            Map.of());
            if (RESOLVER.resolve(blueprint, template, facts) instanceof Resolution.Failed failed) {
                return Optional.of(
                        new Fault(
                                ErrorCode.VAR_TYPE.name(),
                                cut(template.name() + ": " + failed.reason())));
            }
        }
        return Optional.empty();
    }

    private static String cut(String reason) {
        return reason.length() <= 1000 ? reason : reason.substring(0, 1000);
    }
}
