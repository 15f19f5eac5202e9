package io.leasehold.state.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.leasehold.state.schema.Catalog.Column;
import io.leasehold.state.schema.Catalog.Unique;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CatalogStepTest {
    private static final Column ID = new Column("bigint", true, true);
    private static final Column NAME = new Column("text", false, false);
    private static final Unique BY_ID = new Unique(Set.of("id"), "");
    private static final Catalog BEFORE =
            with(Map.of("id", ID, "name", NAME), Set.of("CHECK a"), Set.of(BY_ID));

    private static Catalog with(
            Map<String, Column> columns, Set<String> checks, Set<Unique> unique) {
        return new Catalog(
                Map.of("t", columns), Map.of("t", checks), Map.of("t", unique), Set.of("f()"));
    }

    private static Catalog column(String name, Column column) {
        Map<String, Column> columns = new TreeMap<>(Map.of("id", ID, "name", NAME));
        columns.put(name, column);
        return with(columns, Set.of("CHECK a"), Set.of(BY_ID));
    }

    private static Catalog unique(Unique... all) {
        return with(Map.of("id", ID, "name", NAME), Set.of("CHECK a"), Set.of(all));
    }

    static Stream<Arguments> steps() {
        return Stream.of(
                step(BEFORE),
                step(column("more", NAME)),
                step(column("more", ID)),
                step(
                        column("more", new Column("text", true, false)),
                        "t.more is new, required and has no default"),
                step(column("id", NAME), "t.id was bigint and is text"),
                step(column("name", new Column("text", true, true)), "t.name is required now"),
                step(
                        column("id", new Column("bigint", true, false)),
                        "t.id has no default any more"),
                step(with(Map.of("id", ID), Set.of(), Set.of(BY_ID)), "t.name is gone"),
                step(
                        with(Map.of("id", ID, "name", NAME), Set.of("CHECK b"), Set.of()),
                        "t has the new CHECK b"),
                step(unique()),
                step(unique(new Unique(Set.of("id", "name"), ""))),
                step(unique(new Unique(Set.of("id"), "name is null"))),
                step(
                        unique(BY_ID, new Unique(Set.of("name"), "")),
                        "t must be unique by Unique[columns=[name], where=]"),
                step(
                        new Catalog(Map.of(), Map.of(), Map.of(), Set.of()),
                        "the table t is gone",
                        "the function f() is gone"));
    }

    private static Arguments step(Catalog after, String... broken) {
        return Arguments.of(after, List.of(broken));
    }

    @ParameterizedTest
    @MethodSource("steps")
    void whatBreaksTheVersionBefore(Catalog after, List<String> broken) {
        assertThat(CatalogStep.breaks(BEFORE, after)).isEqualTo(broken);
    }
}
