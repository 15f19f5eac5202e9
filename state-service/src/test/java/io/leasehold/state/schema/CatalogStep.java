package io.leasehold.state.schema;

import io.leasehold.state.schema.Catalog.Column;
import io.leasehold.state.schema.Catalog.Unique;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says what of a step from one schema to the next breaks who was made for the one before. Pure. */
final class CatalogStep {
    private final Catalog before;
    private final Catalog after;
    private final List<String> broken = new ArrayList<>();

    private CatalogStep(Catalog before, Catalog after) {
        this.before = before;
        this.after = after;
    }

    /** A sentence for each break; empty for a step that only expands. */
    static List<String> breaks(Catalog before, Catalog after) {
        CatalogStep step = new CatalogStep(before, after);
        before.tables().forEach(step::table);
        before.functions().stream()
                .filter(each -> !after.functions().contains(each))
                .forEach(each -> step.broken.add("the function " + each + " is gone"));
        return step.broken;
    }

    private void table(String name, Map<String, Column> columns) {
        Map<String, Column> now = after.tables().get(name);
        if (now == null) {
            broken.add("the table " + name + " is gone");
            return;
        }
        columns.forEach((column, was) -> column(name + "." + column, was, now.get(column)));
        now.forEach((column, is) -> {
            if (!columns.containsKey(column) && is.required() && !is.filled()) {
                broken.add(name + "." + column + " is new, required and has no default");
            }
        });
        tightened(name);
    }

    private void column(String name, Column was, @Nullable Column is) {
        if (is == null) {
            broken.add(name + " is gone");
            return;
        }
        if (!is.type().equals(was.type())) {
            broken.add(name + " was " + was.type() + " and is " + is.type());
        }
        if (is.required() && !was.required()) {
            broken.add(name + " is required now");
        }
        if (is.required() && was.filled() && !is.filled()) {
            broken.add(name + " has no default any more");
        }
    }

    private void tightened(String table) {
        Set<String> checks = before.checks().getOrDefault(table, Set.of());
        after.checks().getOrDefault(table, Set.of()).stream()
                .filter(check -> !checks.contains(check))
                .forEach(check -> broken.add(table + " has the new " + check));
        Set<Unique> unique = before.unique().getOrDefault(table, Set.of());
        after.unique().getOrDefault(table, Set.of()).stream()
                .filter(now -> unique.stream().noneMatch(was -> isLooser(now, was)))
                .forEach(now -> broken.add(table + " must be unique by " + now));
    }

    /** What was unique by fewer columns is so by more. */
    private static boolean isLooser(Unique now, Unique was) {
        return now.columns().containsAll(was.columns())
                && (was.where().isEmpty() || was.where().equals(now.where()));
    }
}
