package io.leasehold.state.audit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Which entries are asked for; null asks for all.
 *
 * @param tenant whose thing it was done to
 * @param actor who did it
 * @param action what was done
 * @param subject what the subject begins with
 */
record AuditFilter(
        @Nullable String tenant,
        @Nullable String actor,
        @Nullable String action,
        @Nullable String subject) {

    /**
     * Only what is asked for is in the statement, so that each combination has a plan of its own.
     */
    private Map<String, String> conditions() {
        Map<String, String> conditions = new LinkedHashMap<>();
        put(conditions, "tenant_id = :tenant", tenant);
        put(conditions, "actor = :actor", actor);
        put(conditions, "action = :action", action);
        put(conditions, "starts_with(subject, :subject)", subject);
        return conditions;
    }

    private static void put(
            Map<String, String> conditions, String condition, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            conditions.put(condition, value);
        }
    }

    /** Entries that fit and whose id fits the condition. */
    Mutiny.SelectionQuery<AuditEntry> query(Mutiny.Session session, String ofId, String order) {
        Map<String, String> conditions = conditions();
        String sql =
                conditions.keySet().stream()
                        .collect(
                                Collectors.joining(
                                        " and ",
                                        "select * from audit where ",
                                        (conditions.isEmpty() ? "" : " and ")
                                                + ofId
                                                + " order by id "
                                                + order));
        Mutiny.SelectionQuery<AuditEntry> query = session.createNativeQuery(sql, AuditEntry.class);
        conditions.forEach((condition, value) -> query.setParameter(name(condition), value));
        return query;
    }

    private static String name(String condition) {
        return condition.substring(condition.indexOf(':') + 1).replace(")", "");
    }
}
