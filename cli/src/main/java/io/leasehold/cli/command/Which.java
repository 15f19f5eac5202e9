package io.leasehold.cli.command;

import io.leasehold.ledger.api.LetterWhere;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Narrows a listing of dead letters. */
final class Which {

    @Option(names = "--tenant", paramLabel = "TENANT", description = "only this tenant's")
    private @Nullable String tenant;

    @Option(names = "--code", paramLabel = "CODE", description = "only of this code")
    private @Nullable String code;

    @Option(names = "--kind", paramLabel = "KIND", description = "only EVENT or RUN")
    private @Nullable String kind;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "failed since then, such as 2030-01-31T18:00:00Z, or PT24H ago")
    private @Nullable String since;

    @Option(
            names = "--fingerprint",
            paramLabel = "PRINT",
            description = "only of this cause, as --group-by fingerprint shows it")
    private @Nullable String fingerprint;

    /** As the service's query parameters. */
    Map<String, Object> query() {
        return query(
                new LetterWhere(
                        tenant,
                        code,
                        kind,
                        since == null ? null : Since.instant(since),
                        fingerprint));
    }

    static Map<String, Object> query(LetterWhere where) {
        Map<String, Object> query = new HashMap<>();
        put(query, "tenant", where.tenant());
        put(query, "code", where.code());
        put(query, "kind", where.kind());
        put(query, "since", where.since());
        put(query, "fingerprint", where.fingerprint());
        return query;
    }

    private static void put(Map<String, Object> query, String name, @Nullable String value) {
        if (value != null) {
            query.put(name, value);
        }
    }
}
