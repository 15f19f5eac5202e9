package io.leasehold.state.keys;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A column that holds sealed bytes, as far as it takes to seal them anew.
 *
 * @param from the table, as {@code t}, and what names the life that a row belongs to
 * @param life the columns of tenant and incarnation
 * @param context what a row was sealed for
 * @param atOnce so many rows are held in memory at a time
 */
record SealedColumn(
        String table, String column, String from, String life, String context, int atOnce) {
    private static final String OWN = "t.tenant_id, t.incarnation";
    private static final String STACK = "t.tenant_id || '/' || t.incarnation || '/' || t.stack";

    /** States first: they make the keys of lives from before there were keys. */
    static final List<SealedColumn> ALL =
            List.of(
                    of("state_version", "bytes", "'state:' || " + STACK, 8),
                    of("stack_revision", "inputs", "'inputs:' || " + STACK, 100),
                    of("stack_applied", "inputs", "'inputs:' || " + STACK, 100),
                    of("stack_plan", "plan", "'plan:' || " + STACK + " || '/' || t.run_id", 8),
                    of(
                            "life_waiting_record",
                            "raw",
                            "'waiting:' || t.tenant_id || '/' || t.incarnation",
                            100),
                    new SealedColumn(
                            "run_log",
                            "line",
                            "run_log t join run r on r.run_id = t.run_id",
                            "r.tenant_id, r.incarnation",
                            "'log:' || t.run_id || '/' || t.seq",
                            500),
                    of("dead_letter", "raw", "'dead-letter:' || t.id", 20),
                    of("dead_letter", "edited", "'dead-letter:' || t.id", 20),
                    new SealedColumn(
                            "held_event",
                            "item",
                            "held_event t cross join (select cast(null as int) as incarnation) life",
                            "t.tenant_id, life.incarnation",
                            "'held:' || t.tenant_id || '/' || t.event_row",
                            20));

    private static SealedColumn of(String table, String column, String context, int atOnce) {
        return new SealedColumn(table, column, table + " t", OWN, context, atOnce);
    }

    /** What is about a life that may not be known. */
    boolean ofLifeOrPlatform() {
        return table.equals("dead_letter") || table.equals("held_event");
    }

    private String old() {
        return " substring(t." + column + " from 1 for 1) = '\\x01' ";
    }

    /** Some rows of the old scheme: at, tenant_id, incarnation, context, sealed. */
    String some() {
        return "select cast(t.ctid as text) as at, %s, %s as context, t.%s as sealed from %s where %s limit %d"
                .formatted(life, context, column, from, old(), atOnce);
    }

    /** Puts {@code :anew} where {@code :sealed} still is. */
    String replace() {
        return "update %s t set %s = :anew where t.ctid = cast(:at as tid) and t.%s = :sealed"
                .formatted(table, column, column);
    }

    /** How many rows of all columns are of the old scheme. */
    static String countAll() {
        return "select "
                + ALL.stream()
                        .map(each ->
                                "(select count(*) from "
                                        + each.from()
                                        + " where"
                                        + each.old()
                                        + ")")
                        .collect(Collectors.joining(" + "));
    }

    /** Whether a life has rows of the old scheme. */
    static String anyOfLife() {
        return "select "
                + ALL.stream()
                        .map(each ->
                                "exists (select 1 from %s where (%s) = (:tenant, :incarnation) and %s)"
                                        .formatted(each.from(), each.life(), each.old()))
                        .collect(Collectors.joining(" or "));
    }
}
