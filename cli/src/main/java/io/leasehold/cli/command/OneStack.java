package io.leasehold.cli.command;

import io.leasehold.cli.service.StateService;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Which stack is meant: of a tenant's newest life unless it is said. */
public final class OneStack {

    @Parameters(index = "0", paramLabel = "TENANT")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private String tenantId;

    @Parameters(index = "1", paramLabel = "STACK")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private String stack;

    @Mixin private final Life life = new Life();

    /** A path with the stack filled in. */
    public String path(StateService service, String template) {
        return path(service, template, Map.of());
    }

    /** A path with the stack and more filled in. */
    public String path(StateService service, String template, Map<String, ?> more) {
        Map<String, Object> variables = new HashMap<>(more);
        variables.put("tenantId", tenantId);
        variables.put("incarnation", life.number(service, tenantId));
        variables.put("stack", stack);
        return StateService.path(template, variables);
    }

    /** As it is said to people. */
    @Override
    public String toString() {
        return tenantId + " " + stack;
    }
}
