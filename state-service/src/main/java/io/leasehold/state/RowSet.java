package io.leasehold.state;

import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Rows for one statement. Each column goes to the database as one array in its own text form, and
 * {@code {rows}} in the statement makes rows named {@code r} of them again, with {@code r.n}
 * counting them from 1. So the statement's text is the same for any number of rows, and is prepared
 * once. A statement that reads by these rows takes them first ({@code {rows} cross join lateral
 * (select … offset 0)}): a plan that was made while a table was small must not read all of it for
 * them later. Immutable once built; for one thread.
 *
 * @param <T> what a row is made of
 */
public final class RowSet<T> {
    private final List<T> rows;
    private final List<Column> columns = new ArrayList<>();
    private final Map<String, Object> values = new HashMap<>();

    private record Column(String name, String type, String values) {}

    private RowSet(List<T> rows) {
        this.rows = rows;
    }

    /** Of these, in their order. */
    public static <T> RowSet<T> of(List<T> rows) {
        return new RowSet<>(List.copyOf(rows));
    }

    /** A column of texts, also for {@code json} and {@code jsonb} after a cast in the statement. */
    public RowSet<T> text(String name, Function<? super T, ? extends @Nullable String> value) {
        return column(name, "text", value);
    }

    /** A column of whole numbers. */
    public RowSet<T> number(String name, Function<? super T, ? extends @Nullable Number> value) {
        return column(name, "bigint", value);
    }

    /** A column of truths. */
    public RowSet<T> truth(String name, Function<? super T, ? extends @Nullable Boolean> value) {
        return column(name, "boolean", value);
    }

    /** A column of bytes. */
    public RowSet<T> bytes(String name, Function<? super T, byte @Nullable []> value) {
        return column(name, "bytea", value);
    }

    /** A parameter that the statement has beside the rows. */
    public RowSet<T> with(String name, Object value) {
        values.put(name, value);
        return this;
    }

    private RowSet<T> column(
            String name, String type, Function<? super T, ? extends @Nullable Object> value) {
        StringBuilder array = new StringBuilder(rows.size() * 16).append('{');
        for (T row : rows) {
            write(array.length() == 1 ? array : array.append(','), value.apply(row));
        }
        columns.add(new Column(name, type, array.append('}').toString()));
        return this;
    }

    private static void write(StringBuilder array, @Nullable Object value) {
        switch (value) {
            case null -> array.append("NULL");
            case String text -> quote(array, text);
            case byte[] bytes ->
                    array.append("\"\\\\x").append(HexFormat.of().formatHex(bytes)).append('"');
            default -> array.append(value);
        }
    }

    private static void quote(StringBuilder array, String text) {
        array.append('"');
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == '"' || each == '\\') {
                array.append('\\');
            }
            array.append(each);
        }
        array.append('"');
    }

    private String complete(String sql) {
        StringBuilder from = new StringBuilder("unnest(");
        StringBuilder names = new StringBuilder(" with ordinality as r (");
        for (Column column : columns) {
            from.append("cast(cast(:")
                    .append(column.name())
                    .append(" as text) as ")
                    .append(column.type())
                    .append("[]), ");
            names.append(column.name()).append(", ");
        }
        from.setLength(from.length() - 2);
        return sql.replace("{rows}", from.append(')').append(names).append("n)").toString());
    }

    private void bind(Mutiny.AbstractQuery query) {
        columns.forEach(column -> query.setParameter(column.name(), column.values()));
        values.forEach(query::setParameter);
    }

    /** Runs a statement that changes rows; gives how many. Without rows none is sent. */
    public Uni<Integer> update(Mutiny.Session session, String sql) {
        if (rows.isEmpty()) {
            return Uni.createFrom().item(0);
        }
        Mutiny.MutationQuery query = session.createNativeQuery(complete(sql));
        bind(query);
        return query.executeUpdate();
    }

    /** Runs a statement that gives rows. Without rows none is sent. */
    public <R> Uni<List<R>> select(Mutiny.Session session, String sql, Class<R> type) {
        if (rows.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        Mutiny.SelectionQuery<R> query = session.createNativeQuery(complete(sql), type);
        bind(query);
        return query.getResultList();
    }
}
