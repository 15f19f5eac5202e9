package io.leasehold.state.blueprint;

import dev.cel.runtime.CelRuntime;
import java.util.List;
import java.util.Set;

/**
 * A compiled, type-checked expression. Safe to share.
 *
 * @param source as written between the braces
 * @param path the names of a plain reference such as {@code var.a.b}, which needs no evaluation and
 *     so loses nothing of a number; empty for everything else
 * @param uses the outputs of other stacks it reads
 */
public record Expression(
        String source, List<String> path, Set<OutputUse> uses, CelRuntime.Program program) {

    /** Takes copies of the collections. */
    public Expression {
        path = List.copyOf(path);
        uses = Set.copyOf(uses);
    }
}
