package io.leasehold.cli.command;

import io.leasehold.cli.service.StateService;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.TenantView;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which life of a tenant is meant: the newest unless it is said. */
public final class Life {

    @Option(
            names = "--incarnation",
            paramLabel = "N",
            description = "an earlier life of the tenant (default: its newest)")
    private @Nullable Integer incarnation;

    /** That life of the tenant. */
    public TenantView tenant(StateService service, String tenantId) {
        Map<String, Object> query = new HashMap<>();
        if (incarnation != null) {
            query.put("incarnation", incarnation);
        }
        return service.get(
                StateService.path(Paths.TENANT, Map.of("tenantId", tenantId)),
                query,
                TenantView.class);
    }

    /** The number of that life; asks the service only when it was not given. */
    public int number(StateService service, String tenantId) {
        Integer given = incarnation;
        return given == null ? tenant(service, tenantId).incarnation() : given;
    }
}
