package io.leasehold.cli.command;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Narrows a listing. */
public final class Narrow {

    @Option(names = "--tenant", description = "only this tenant's")
    private @Nullable String tenant;

    @Option(names = "--limit", description = "at most so many", defaultValue = "1000")
    private int limit;

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
        return limit;
    }
}
