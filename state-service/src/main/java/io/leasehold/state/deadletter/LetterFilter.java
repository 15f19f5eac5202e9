package io.leasehold.state.deadletter;

import io.leasehold.ledger.api.LetterWhere;
import io.leasehold.state.problem.Refusal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Which letters are meant, as conditions of a statement: only what is asked for is in it, for a
 * plan of its own.
 */
final class LetterFilter {
    static final LetterWhere ALL = new LetterWhere(null, null, null, null, null);

    private static final Set<String> STATUS = Set.of("OPEN", "REPLAYED", "SUPERSEDED", "DISCARDED");
    private static final Set<String> KINDS = Set.of("EVENT", "RUN");

    private final Map<String, Object> values = new LinkedHashMap<>();
    private final StringBuilder conditions = new StringBuilder();

    private LetterFilter() {}

    /**
     * @throws Refusal 400 FILTER_INVALID for what can hold of no letter
     */
    static LetterFilter of(@Nullable String status, LetterWhere where) {
        LetterFilter filter = new LetterFilter();
        filter.one("status", "status", among(STATUS, "status", status));
        filter.one("tenant", "tenant_id", where.tenant());
        filter.one("code", "code", where.code());
        filter.one("kind", "kind", among(KINDS, "kind", where.kind()));
        filter.one("fingerprint", "fingerprint", where.fingerprint());
        String since = where.since();
        if (since != null) {
            filter.values.put("since", instant(since));
            filter.conditions.append(" and at >= cast(cast(:since as text) as timestamptz)");
        }
        return filter;
    }

    private void one(String name, String column, @Nullable String value) {
        if (value != null) {
            values.put(name, value);
            conditions.append(" and ").append(column).append(" = :").append(name);
        }
    }

    private static @Nullable String among(Set<String> known, String name, @Nullable String value) {
        if (value == null || known.contains(value)) {
            return value;
        }
        throw new Refusal(
                400,
                "FILTER_INVALID",
                name
                        + " is one of "
                        + known.stream().sorted().collect(Collectors.joining(", "))
                        + ".");
    }

    private static String instant(String since) {
        try {
            return Instant.parse(since).toString();
        } catch (DateTimeException e) {
            throw new Refusal(
                    400, "FILTER_INVALID", "since is a time such as 2030-01-31T18:00:00Z.");
        }
    }

    /** To stand behind another condition; begins with {@code and}, or is empty. */
    String and() {
        return conditions.toString();
    }

    <T> Mutiny.SelectionQuery<T> bind(Mutiny.SelectionQuery<T> query) {
        values.forEach(query::setParameter);
        return query;
    }

    /** In plain words, such as {@code code=NETWORK, tenant=acme}. */
    static String words(LetterWhere where) {
        LetterFilter filter = of(null, where);
        return filter.values.isEmpty()
                ? "all that are open"
                : filter.values.entrySet().stream()
                        .map(each -> each.getKey() + "=" + each.getValue())
                        .collect(Collectors.joining(", "));
    }
}
