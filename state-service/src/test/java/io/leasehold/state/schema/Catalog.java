package io.leasehold.state.schema;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What of a schema a service can lean on: its tables with their columns, what it promises to take,
 * and its functions. Partitions are their tables' business.
 *
 * @param checks by table, and the same for what must be unique: the columns, with a condition
 *     behind them
 */
record Catalog(
        Map<String, Map<String, Column>> tables,
        Map<String, Set<String>> checks,
        Map<String, Set<Unique>> unique,
        Set<String> functions) {

    /** A column. */
    record Column(String type, boolean required, boolean filled) {}

    /** Columns that are unique together, where a condition holds; empty for everywhere. */
    record Unique(Set<String> columns, String where) {}

    static Catalog of(Connection database) throws SQLException {
        Map<String, Map<String, Column>> tables = new TreeMap<>();
        for (List<String> row :
                rows(
                        database,
                        """
                        select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                               a.atthasdef or a.attidentity <> ''
                        from pg_class c join pg_attribute a on a.attrelid = c.oid
                        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                          and not c.relispartition and a.attnum > 0 and not a.attisdropped
                          and c.relname <> 'flyway_schema_history'
                        """)) {
            tables.computeIfAbsent(row.get(0), _ -> new TreeMap<>())
                    .put(
                            row.get(1),
                            new Column(row.get(2), row.get(3).equals("t"), row.get(4).equals("t")));
        }
        Map<String, Set<String>> checks = new TreeMap<>();
        for (List<String> row :
                rows(
                        database,
                        """
                        select conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint
                        where connamespace = 'public'::regnamespace and contype in ('c', 'f', 'x')
                        """)) {
            checks.computeIfAbsent(row.get(0), _ -> new HashSet<>()).add(row.get(1));
        }
        Map<String, Set<Unique>> unique = new TreeMap<>();
        for (List<String> row :
                rows(
                        database,
                        """
                        select i.indrelid::regclass::text,
                               (select string_agg(coalesce(a.attname, '?'), ',') from unnest(i.indkey::int[]) k
                                left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k),
                               coalesce(pg_get_expr(i.indpred, i.indrelid), '')
                        from pg_index i join pg_class c on c.oid = i.indrelid
                        where i.indisunique and c.relnamespace = 'public'::regnamespace
                        """)) {
            unique.computeIfAbsent(row.get(0), _ -> new HashSet<>())
                    .add(new Unique(Set.of(row.get(1).split(",")), row.get(2)));
        }
        Set<String> functions = new HashSet<>();
        rows(
                        database,
                        """
                        select oid::regprocedure::text, '' from pg_proc
                        where pronamespace = 'public'::regnamespace and prorettype <> 'trigger'::regtype
                        """)
                .forEach(row -> functions.add(row.getFirst()));
        return new Catalog(tables, checks, unique, functions);
    }

    private static List<List<String>> rows(Connection database, String sql) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            List<List<String>> rows = new ArrayList<>();
            while (found.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
                    row.add(found.getString(i));
                }
                rows.add(row);
            }
            return rows;
        }
    }
}
