package io.leasehold.state.stack;

import io.leasehold.state.blueprint.BlueprintKey;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A stack's target while it is decided; begins as what the row says. For one decision only. */
final class TargetDraft {
    private final Situation.@Nullable Stack row;
    private final String name;
    boolean wanted = true;
    long revision;
    String inputHash = "";
    long generation;
    BlueprintKey blueprint;
    long appliedGeneration;
    boolean destroyed;
    boolean due;
    @Nullable String waitingCode;
    @Nullable String waitingReason;
    boolean moved;
    Plan.@Nullable Content content;
    boolean observedNow;
    boolean withdraw;
    boolean retained;

    TargetDraft(String name, Situation.@Nullable Stack row, BlueprintKey blueprint) {
        this.name = name;
        this.row = row;
        this.blueprint = row == null ? blueprint : row.blueprint();
        if (row != null) {
            wanted = row.wanted();
            revision = row.revision();
            inputHash = row.inputHash();
            generation = row.generation();
            appliedGeneration = row.appliedGeneration();
            destroyed = row.destroyed();
        }
    }

    String name() {
        return name;
    }

    void waits(String code, String reason) {
        due = false;
        waitingCode = code;
        waitingReason = reason;
    }

    void move(Plan.@Nullable Content of) {
        revision++;
        moved = true;
        content = of;
    }

    /** Its revision is what was applied, and nothing has failed. */
    boolean applied() {
        return row != null && !moved && revision > 0 && revision == row.appliedRevision();
    }

    boolean failed() {
        return row != null && !moved && row.failed();
    }

    Plan.Target target() {
        return new Plan.Target(
                name,
                row == null,
                wanted,
                revision,
                inputHash,
                generation,
                blueprint,
                appliedGeneration,
                destroyed,
                due,
                waitingCode,
                waitingReason,
                moved,
                content,
                observedNow,
                withdraw,
                retained);
    }

    /** Whether writing it would change anything. */
    boolean changes() {
        return row == null
                || moved
                || withdraw
                || observedNow
                || wanted != row.wanted()
                || generation != row.generation()
                || appliedGeneration != row.appliedGeneration()
                || destroyed != row.destroyed()
                || due != row.due()
                || !blueprint.equals(row.blueprint())
                || !Objects.equals(waitingCode, row.waitingCode())
                || !Objects.equals(waitingReason, row.waitingReason());
    }
}
