package io.leasehold.cli.command;

import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.HoldReply;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** One stack, or all of a tenant's; of its newest life unless it is said. */
public final class SomeStacks {

    @Parameters(index = "0", paramLabel = "TENANT")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private String tenantId;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "STACK",
            description = "only this one; else all that the tenant has or comes to have")
    private @Nullable String stack;

    @Mixin private final Life life = new Life();

    /** Sends it to the life's path, or to the stack's if one is named. */
    HoldReply send(StateService service, String ofLife, String ofStack, Object request) {
        int incarnation = life.number(service, tenantId);
        String path =
                stack == null
                        ? StateService.path(
                                ofLife, Map.of("tenantId", tenantId, "incarnation", incarnation))
                        : StateService.path(
                                ofStack,
                                Map.of(
                                        "tenantId",
                                        tenantId,
                                        "incarnation",
                                        incarnation,
                                        "stack",
                                        stack));
        return service.send("POST", path, request, HoldReply.class);
    }
}
