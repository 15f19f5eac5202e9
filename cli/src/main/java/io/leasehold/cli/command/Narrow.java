package io.leasehold.cli.command;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Narrows a listing to a tenant, and to so many. */
public final class Narrow {

    @Option(names = "--tenant", paramLabel = "TENANT", description = "only this tenant's")
    private @Nullable String tenant;

    @Mixin private final AtMost atMost = new AtMost();

    /** As the service's query parameters. */
    public Map<String, Object> query() {
        Map<String, Object> query = new HashMap<>();
        if (tenant != null) {
            query.put("tenant", tenant);
        }
        return query;
    }

    /** The most items to show. */
    public int limit() {
        return atMost.limit();
    }
}
