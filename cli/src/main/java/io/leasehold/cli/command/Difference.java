package io.leasehold.cli.command;

import io.leasehold.cli.output.Table;
import io.leasehold.ledger.api.StateChange;
import io.leasehold.ledger.api.StateDiff;
import java.util.stream.Collectors;

/** Shows how two states differ, and what was done about it. */
final class Difference {
    private Difference() {}

    /** What was done, or would be, in words; with the difference it would make. */
    static void show(Front front, StateChange change) {
        if (front.asJson()) {
            front.json(change);
            return;
        }
        front.say((change.executed() ? "" : "Dry run, nothing was done. ") + change.what());
        StateDiff diff = change.diff();
        if (diff != null) {
            show(front, diff);
        }
    }

    /** Addresses and attribute paths. */
    static void show(Front front, StateDiff diff) {
        if (!diff.readable()) {
            front.say("tofu encrypted these states itself: what differs cannot be told.");
            return;
        }
        Table table = new Table("CHANGE", "ADDRESS", "ATTRIBUTES");
        diff.added().forEach(address -> table.row("added", address, null));
        diff.removed().forEach(address -> table.row("removed", address, null));
        for (StateDiff.Change change : diff.changed()) {
            table.row("changed", change.address(), attributes(change));
        }
        if (table.isEmpty()) {
            front.say("They have the same resources and outputs, with the same values.");
        } else {
            front.print(table);
        }
        if (diff.truncated()) {
            front.say("There is more than this.");
        }
    }

    private static String attributes(StateDiff.Change change) {
        return change.attributes().stream()
                .map(a ->
                        a.path()
                                + (a.kind().equals("changed") ? "" : " " + a.kind())
                                + (a.sensitive() ? " (sensitive)" : ""))
                .collect(Collectors.joining(", "));
    }
}
